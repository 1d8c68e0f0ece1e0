import Synchronization
import TestProcesses
import Testing
import WherryCore
import WherryPluginKit
import WherryTestSupport
import WherryTransfer

@testable import S3Sink

/// Objects that are read back, also over connections that do not hold.
@Suite(.seaweed, .serialized, .timeLimit(.minutes(10)))
struct ObjectReadingTests {
    @Test(arguments: [0, 1, (16 << 20) + 7])
    func whatWasStoredComesBackInPieces(size: Int) async throws {
        try await StoreHome.with { home in
            let bytes = MemoryTransfer.random(size, seed: 7)
            let sink = try await home.sink()
            let receipt = try await sink.deliver(.test(sizes: [Int64(size)]), using: MemoryTransfer(bytes: bytes))
            let gathered = Gathered()
            try await sink.read(receipt.artifacts[0]) { gathered.add($0) }
            let isSame = gathered.bytes == bytes
            #expect(isSame)
            #expect(gathered.largest <= 1 << 20)
        }
    }

    @Test func aCutConnectionIsGoneOnWith() async throws {
        try await StoreHome.with { home in
            let bytes = MemoryTransfer.random(9 << 20, seed: 8)
            let cutting = CuttingTransport(home.http, every: 2 << 20)
            let sink = try await home.sink(http: cutting)
            let receipt = try await home.sink()
                .deliver(.test(sizes: [Int64(bytes.count)]), using: MemoryTransfer(bytes: bytes))
            let gathered = Gathered()
            try await sink.read(receipt.artifacts[0]) { gathered.add($0) }
            let isSame = gathered.bytes == bytes
            #expect(isSame)
            #expect(cutting.cuts >= 3)
        }
    }

    @Test func anotherObjectIsNeverGoneOnWith() async throws {
        try await StoreHome.with { home in
            let backup = ResolvedBackup.test(sizes: [9 << 20])
            let plain = try await home.sink()
            let receipt =
                try await plain
                .deliver(backup, using: MemoryTransfer(bytes: MemoryTransfer.random(9 << 20, seed: 1)))
            let cutting = CuttingTransport(home.http, every: 2 << 20) {
                _ =
                    try await plain
                    .deliver(backup, using: MemoryTransfer(bytes: MemoryTransfer.random(9 << 20, seed: 2)))
            }
            let sink = try await home.sink(http: cutting)
            await #expect { try await sink.read(receipt.artifacts[0]) { _ in } } throws: { error in
                (error as? Failure)?.code == "s3.changed"
            }
        }
    }

    @Test func whatIsGoneIsSaidToBeGone() async throws {
        try await StoreHome.with { home in
            let sink = try await home.sink()
            let receipt = try await sink.deliver(.test(sizes: [3]), using: MemoryTransfer(bytes: [1, 2, 3]))
            try await sink.remove(receipt)
            await #expect { try await sink.read(receipt.artifacts[0]) { _ in } } throws: { error in
                (error as? Failure)?.code == "sink.copy-gone"
            }
        }
    }

    @Test func whoThrowsEndsIt() async throws {
        try await StoreHome.with { home in
            let sink = try await home.sink()
            let bytes = MemoryTransfer.random(9 << 20, seed: 3)
            let receipt = try await sink.deliver(.test(sizes: [9 << 20]), using: MemoryTransfer(bytes: bytes))
            let stop = Failure(.corrupt, code: "test.stop", "Enough.")
            await #expect(throws: stop) { try await sink.read(receipt.artifacts[0]) { _ in throw stop } }
        }
    }
}

/// Cuts downloads after so many bytes each.
private final class CuttingTransport: HTTPTransport {
    private let http: any HTTPTransport
    private let every: Int
    private let onCut: @Sendable () async throws -> Void
    private let count = Mutex(0)

    init(_ http: any HTTPTransport, every: Int, onCut: @escaping @Sendable () async throws -> Void = {}) {
        (self.http, self.every, self.onCut) = (http, every, onCut)
    }

    /// How often it has cut.
    var cuts: Int { count.withLock { $0 } }

    func send(_ request: HTTPExchangeRequest) async throws -> HTTPExchangeResponse { try await http.send(request) }

    func receive(
        _ request: HTTPExchangeRequest,
        onHead: @escaping @Sendable (HTTPExchangeResponse) throws -> Void,
        to receive: @escaping @Sendable ([UInt8]) async throws -> Void
    ) async throws -> HTTPExchangeResponse {
        let passed = Mutex(0)
        return try await http.receive(request, onHead: onHead) { [self] bytes in
            try await receive(bytes)
            let sum = passed.withLock { sum in
                sum += bytes.count
                return sum
            }
            guard sum >= every else { return }
            count.withLock { $0 += 1 }
            try await onCut()
            throw Failure(.transient, code: "http.cut", "The wire was cut.")
        }
    }
}
