import Synchronization
import TestProcesses
import Testing
import WherryCore
import WherryPluginKit
import WherryTestSupport

@testable import S3Sink

/// Whatever stopped a delivery, and whichever answer was lost: the next one completes it, and nothing wrong is seen.
@Suite(.seaweed, .serialized, .timeLimit(.minutes(10)))
struct RecoveryTests {
    private let bytes = MemoryTransfer.random((11 << 20) + 5, seed: 7)
    private var backup: ResolvedBackup { .test(sizes: [Int64(bytes.count)]) }

    @Test func killedAtEveryStep() async throws {
        try await StoreHome.with { home in
            var died = 0
            for step in 1...200 {
                let mortal = MortalTransport(home.http, notes: home.notes, dyingAt: step)
                let sink = try await home.sink(
                    ["path": .text("\(step)/{instance}/{backup}/s{shard}")],
                    http: mortal,
                    notes: mortal
                )
                do {
                    _ = try await sink.deliver(backup, using: MemoryTransfer(bytes: bytes))
                    break
                } catch is CancellationError {
                    died += 1
                }
                for key in try await home.keys() {
                    let isWhole = try await home.read("s3://\(home.bucket)/\(key)") == bytes
                    #expect(isWhole, "step \(step)")
                }
                // Every other one is gone on with, the rest is swept.
                if step % 2 == 0 {
                    let again = try await home.sink(["path": .text("\(step)/{instance}/{backup}/s{shard}")])
                    let receipt = try await again.deliver(backup, using: MemoryTransfer(bytes: bytes))
                    let isWhole = try await home.read(receipt.artifacts[0].location) == bytes
                    #expect(isWhole, "step \(step)")
                    #expect(try await again.presence(of: receipt) == .present)
                } else {
                    let before = try await home.keys()
                    _ = try await home.sink().sweep(untouchedFor: .zero)
                    #expect(try await home.keys() == before, "what was completed survives")
                }
                #expect(try await home.unfinished() == 0, "step \(step)")
                #expect(try await home.notes.notes(under: "").isEmpty, "step \(step)")
            }
            print("s3: killed at \(died) steps")
            #expect(died > 20)
        }
    }

    @Test func partsOfALongerAttemptAreLeftOut() async throws {
        try await StoreHome.with { home in
            var resumed = 0
            // What comes is not always as long as before: a pipeline may compress it better.
            let shorter = Array(bytes.prefix((6 << 20) + 7))
            for step in stride(from: 6, through: 24, by: 2) {
                let path: [String: OptionValues.Value] = ["path": .text("\(step)/{instance}/{backup}/s{shard}")]
                let mortal = MortalTransport(home.http, notes: home.notes, dyingAt: step)
                let sink = try await home.sink(path, http: mortal, notes: mortal)
                _ = try? await sink.deliver(backup, using: MemoryTransfer(bytes: bytes))
                if try await home.notes.notes(under: "part/").count > 1 { resumed += 1 }
                guard try await home.keys().allSatisfy({ !$0.contains("/\(step)/") }) else { break }
                let again = try await home.sink(path)
                let receipt = try await again.deliver(backup, using: MemoryTransfer(bytes: shorter))
                let stored = try #require(try await home.read(receipt.artifacts[0].location))
                // Where the first attempt was asked to be the object already, it is.
                let isWhole =
                    stored == shorter || stored == bytes && receipt.artifacts[0].size?.bytes == Int64(bytes.count)
                #expect(isWhole, "step \(step): \(stored.count) bytes")
                #expect(receipt.artifacts[0].size?.bytes == Int64(stored.count), "step \(step)")
            }
            #expect(resumed > 0)
        }
    }

    @Test func partsThatAreThereAreNotSentAgain() async throws {
        try await StoreHome.with { home in
            let sent = Mutex<[String]>([])
            let watched = WatchingTransport(home.http) { request in
                if request.method == "PUT" { sent.withLock { $0.append(request.url) } }
            }
            let sink = try await home.sink(http: watched)
            var transfer = MemoryTransfer(bytes: bytes, failure: Failure(.transient, code: "transfer.short", "Cut."))
            transfer.beforeVerdict = {
                while try await home.notes.notes(under: "part/").count < 2 {
                    try await Task.sleep(for: .milliseconds(10))
                }
            }
            await #expect(throws: Failure.self) { _ = try await sink.deliver(backup, using: transfer) }
            #expect(sent.withLock { $0.count } == 2)
            // One part is another now: that one is sent anew.
            var changed = bytes
            changed[0] ^= 1
            let receipt = try await sink.deliver(backup, using: MemoryTransfer(bytes: changed))
            let urls = sent.withLock { Array($0.dropFirst(2)) }
            #expect(urls.filter { $0.contains("partNumber=1&") }.count == 1)
            #expect(urls.filter { $0.contains("partNumber=2&") }.isEmpty)
            #expect(urls.count == 2)
            let isSame = try await home.read(receipt.artifacts[0].location) == changed
            #expect(isSame)
        }
    }

    @Test(arguments: [1, 3])
    func lostAnswersOfComplete(count: Int) async throws {
        try await StoreHome.with { home in
            let aborts = Mutex(0)
            let watched = WatchingTransport(home.http) { request in
                if request.isAbort { aborts.withLock { $0 += 1 } }
            }
            let eating = EatingTransport(watched, count) { $0.isComplete }
            let sink = try await home.sink(http: eating)
            let receipt = try await sink.deliver(backup, using: MemoryTransfer(bytes: bytes))
            let isSame = try await home.read(receipt.artifacts[0].location) == bytes
            #expect(isSame)
            #expect(aborts.withLock { $0 } == 0)
            #expect(try await home.notes.notes(under: "").isEmpty)
            #expect(try await home.unfinished() == 0)
        }
    }

    @Test func anObjectWhoseAnswerWasLostIsNotFetchedAgain() async throws {
        try await StoreHome.with { home in
            // Neither the answer nor the look afterwards comes through: the run ends without knowing.
            let eating = EatingTransport(home.http, 100) { $0.isComplete || $0.method == "HEAD" }
            let first = try await home.sink(http: eating)
            let failure = await #expect(throws: Failure.self) {
                _ = try await first.deliver(backup, using: MemoryTransfer(bytes: bytes))
            }
            #expect(failure?.failureClass == .transient)
            // A sweep meanwhile leaves it alone.
            let second = try await home.sink()
            let untouched = Failure(.internal, code: "test.fetched", "It was fetched again.")
            let receipt = try await second.deliver(backup, using: MemoryTransfer(bytes: [1], failure: untouched))
            #expect(receipt.artifacts[0].size == ByteCount(Int64(bytes.count)))
            #expect(receipt.artifacts[0].grade == .checksum)
            let isSame = try await home.read(receipt.artifacts[0].location) == bytes
            #expect(isSame)
            #expect(try await home.notes.notes(under: "").isEmpty)
        }
    }

    @Test func anUploadWhoseIdWasLostIsFound() async throws {
        try await StoreHome.with { home in
            let eating = EatingTransport(home.http, 1) { $0.isCreate }
            let sink = try await home.sink(http: eating)
            await #expect(throws: Failure.self) {
                _ = try await sink.deliver(backup, using: MemoryTransfer(bytes: bytes))
            }
            #expect(try await home.unfinished() == 1)
            _ = try await sink.deliver(backup, using: MemoryTransfer(bytes: bytes))
            #expect(try await home.unfinished() == 0)
        }
    }

    @Test func aSweepTouchesNobodyElsesUploads() async throws {
        try await StoreHome.with { home in
            let client = try await home.client()
            let other = try await client.create("p/other-program", headers: [], withChecksums: false)
            let sink = try await home.sink()
            let cut = Failure(.transient, code: "transfer.short", "Cut.")
            await #expect(throws: Failure.self) {
                _ = try await sink.deliver(backup, using: MemoryTransfer(bytes: bytes, failure: cut))
            }
            #expect(try await home.unfinished() == 2)
            #expect(try await sink.sweep(untouchedFor: .seconds(3_600)).isEmpty)
            home.clock.advance(by: .seconds(600))
            let dropped = try await sink.sweep(untouchedFor: .seconds(300))
            #expect(dropped.count == 1)
            #expect(
                try await client.uploads(under: "") == [ListedUpload(key: "p/other-program", uploadID: other.uploadID)]
            )
            #expect(try await home.notes.notes(under: "").isEmpty)
        }
    }

    @Test func anUploadThatTheStoreDroppedIsBegunAnew() async throws {
        try await StoreHome.with { home in
            let sink = try await home.sink()
            let cut = Failure(.transient, code: "transfer.short", "Cut.")
            await #expect(throws: Failure.self) {
                _ = try await sink.deliver(backup, using: MemoryTransfer(bytes: bytes, failure: cut))
            }
            let client = try await home.client()
            for upload in try await client.uploads(under: "") {
                try await client.abort(upload.key, uploadID: upload.uploadID)
            }
            let receipt = try await sink.deliver(backup, using: MemoryTransfer(bytes: bytes))
            let isSame = try await home.read(receipt.artifacts[0].location) == bytes
            #expect(isSame)
        }
    }
}

/// Shows every request to somebody before it is sent.
private struct WatchingTransport: HTTPTransport {
    private let http: any HTTPTransport
    private let watch: @Sendable (HTTPExchangeRequest) -> Void

    init(_ http: any HTTPTransport, watch: @escaping @Sendable (HTTPExchangeRequest) -> Void) {
        (self.http, self.watch) = (http, watch)
    }

    func send(_ request: HTTPExchangeRequest) async throws -> HTTPExchangeResponse {
        watch(request)
        return try await http.send(request)
    }
}
