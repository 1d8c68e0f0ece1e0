import Synchronization
import Testing
import WherryCore
import WherryPluginKit
import WherryTestSupport

@testable import S3Sink

/// Objects that are read back over connections that break at known bytes.
@Suite struct CutReadingTests {
    private static let bytes = MemoryTransfer.random(20, seed: 9)

    private func reading(_ store: BreakingStore) -> ObjectReading {
        var client = StoreClient(
            address: StoreAddress(endpoint: "http://127.0.0.1:1", region: "r", bucket: "b", style: .path),
            signer: SignatureV4(
                credentials: SignatureV4.Credentials(accessKey: "a", secretKey: Secret("s")),
                region: "r"
            ),
            http: store,
            clock: TestClock(),
            random: { 0 }
        )
        client.tries = 3
        return ObjectReading("dump.rdb", of: client)
    }

    @Test func aStrongTagIsGoneOnWith() async throws {
        let store = BreakingStore(Self.bytes, tag: "\"1\"", breaks: [10])
        let gathered = Gathered()
        try await reading(store).read { gathered.add($0) }
        #expect(gathered.bytes == Self.bytes)
        let asked = [BreakingStore.Ask(), BreakingStore.Ask(range: "bytes=10-", condition: "\"1\"")]
        #expect(store.asked == asked)
    }

    @Test(arguments: [nil, "", "W/\"1\""] as [String?])
    func withoutAStrongTagItSaysThatItWasCut(tag: String?) async throws {
        let store = BreakingStore(Self.bytes, tag: tag, breaks: [10])
        let failure = await #expect(throws: Failure.self) { try await reading(store).read { _ in } }
        #expect(failure?.code == "s3.cut")
        #expect(failure?.failureClass == .transient)
        #expect(failure?.message.contains("10 of the 20 bytes of s3://b/dump.rdb") == true)
        #expect(failure?.message.contains("HTTPParserError") == false)
        #expect(failure?.remedy != nil)
        #expect(store.asked == [BreakingStore.Ask()])
    }

    @Test func beforeTheFirstByteItNeedsNoTag() async throws {
        let store = BreakingStore(Self.bytes, tag: "W/\"1\"", breaks: [0])
        let gathered = Gathered()
        try await reading(store).read { gathered.add($0) }
        #expect(gathered.bytes == Self.bytes)
        #expect(store.asked == [BreakingStore.Ask(), BreakingStore.Ask()])
    }

    @Test(arguments: ["\"1\"", nil] as [String?])
    func whatBreaksBehindTheLastByteIsWhole(tag: String?) async throws {
        let store = BreakingStore(Self.bytes, tag: tag, breaks: [20])
        let gathered = Gathered()
        try await reading(store).read { gathered.add($0) }
        #expect(gathered.bytes == Self.bytes)
        #expect(store.asked.count == 1)
    }

    /// A failure of the receiver's may look like one of the store's, even like one that passes.
    @Test(arguments: [
        Failure(.transient, code: "http.cut", "The other side was cut."),
        Failure(.notFound, code: "s3.no-object", "Another object is gone."),
        Failure(.exhausted, code: "disk.full", "The disk is full."),
    ])
    func whatTheReceiverThrowsIsItsOwn(failure: Failure) async throws {
        let store = BreakingStore(Self.bytes, tag: "\"1\"", breaks: [10])
        await #expect(throws: failure) { try await reading(store).read { _ in throw failure } }
        #expect(store.asked.count == 1)
    }
}

/// A store with one object, whose connections break after so many bytes.
private final class BreakingStore: HTTPTransport {
    /// What it was asked for.
    struct Ask: Sendable, Equatable {
        var range: String?
        var condition: String?
    }

    private let bytes: [UInt8]
    private let tag: String?
    private let breaks: Mutex<[Int]>
    private let asks = Mutex<[Ask]>([])

    /// - Parameter breaks: after how many bytes each answer breaks off, the first one's first; further ones are whole.
    init(_ bytes: [UInt8], tag: String?, breaks: [Int]) {
        (self.bytes, self.tag) = (bytes, tag)
        self.breaks = Mutex(breaks)
    }

    /// What it was asked for, in order.
    var asked: [Ask] { asks.withLock { $0 } }

    func send(_ request: HTTPExchangeRequest) async throws -> HTTPExchangeResponse {
        throw Failure(.unsupported, code: "test.none", "None.")
    }

    func receive(
        _ request: HTTPExchangeRequest,
        onHead: @escaping @Sendable (HTTPExchangeResponse) throws -> Void,
        to receive: @escaping @Sendable ([UInt8]) async throws -> Void
    ) async throws -> HTTPExchangeResponse {
        let ask = Ask(
            range: request.headers.first { $0.name == "range" }?.value,
            condition: request.headers.first { $0.name == "if-match" }?.value
        )
        asks.withLock { $0.append(ask) }
        let first = ask.range.flatMap { Int($0.dropFirst("bytes=".count).dropLast()) } ?? 0
        var head = HTTPExchangeResponse(status: ask.range == nil ? 200 : 206)
        head.headers.append((name: "content-length", value: "\(bytes.count - first)"))
        if ask.range != nil {
            head.headers.append((name: "content-range", value: "bytes \(first)-\(bytes.count - 1)/\(bytes.count)"))
        }
        if let tag { head.headers.append((name: "etag", value: tag)) }
        try onHead(head)
        let end: Int? = breaks.withLock { breaks in breaks.isEmpty ? nil : breaks.removeFirst() }
        let piece = Array(bytes[first...].prefix(end ?? bytes.count))
        if !piece.isEmpty { try await receive(piece) }
        guard end == nil else {
            throw Failure(.transient, code: "http.protocol", "The exchange with it failed: HTTPParserError.")
        }
        return head
    }
}
