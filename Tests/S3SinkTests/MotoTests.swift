import Testing
import WherryCore
import WherryPluginKit

@testable import S3Sink

/// The same with another store, which knows other answers.
@Suite(.moto, .serialized, .timeLimit(.minutes(5)))
struct MotoTests {
    @Test(arguments: [10, 11 << 20])
    func whatArrivesIsWhatWasSent(size: Int) async throws {
        try await StoreHome.with { home in
            let bytes = MemoryTransfer.random(size, seed: 8)
            let sink = try await home.sink(["storage_class": .text("STANDARD_IA")])
            let receipt = try await sink.deliver(.test(sizes: [Int64(size)]), using: MemoryTransfer(bytes: bytes))
            let isSame = try await home.read(receipt.artifacts[0].location) == bytes
            #expect(isSame)
            #expect(try await sink.presence(of: receipt) == .present)
            #expect(try await home.unfinished() == 0)
            try await sink.remove(receipt)
            #expect(try await sink.presence(of: receipt) == .absent)
        }
    }

    @Test func lostAnswersOfComplete() async throws {
        try await StoreHome.with { home in
            let bytes = MemoryTransfer.random(11 << 20, seed: 8)
            let eating = EatingTransport(home.http, 1) { $0.isComplete }
            let sink = try await home.sink(http: eating)
            let receipt = try await sink.deliver(.test(sizes: [nil]), using: MemoryTransfer(bytes: bytes))
            let isSame = try await home.read(receipt.artifacts[0].location) == bytes
            #expect(isSame)
        }
    }

    @Test func locksAreTaken() async throws {
        try await StoreHome.with(lock: true) { home in
            for checksums in [true, false] {
                let sink = try await home.sink([
                    "lock_mode": .text("governance"), "lock_for": .duration(.seconds(86_400)),
                    "checksums": .boolean(checksums),
                ])
                let receipt = try await sink.deliver(.test(sizes: [nil]), using: MemoryTransfer(bytes: [1, 2, 3]))
                #expect(try await home.read(receipt.artifacts[0].location) == [1, 2, 3])
            }
        }
    }
}
