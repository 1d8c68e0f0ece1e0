import Foundation
import Testing
import WherryCore
import WherryTestSupport
import WherryTransfer

/// URLs that live much shorter than the transfer takes.
///
/// `WHERRY_LONG_SECONDS` sets how long it takes; a few seconds in every run of the tests.
@Suite(.timeLimit(.minutes(5)))
struct ShortLifeTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var connections: Int
        /// How far the provider's and the server's clock is from ours at first, and by how much it steps in the middle,
        /// in seconds.
        var skew: Int64 = 0
        var step: Int64 = 0
        /// Whether an expired URL's answer is cut, not only the next request refused.
        var cuts = true

        var testDescription: String { "\(connections) connections, skew \(skew) s, step \(step) s" }
    }

    static let cases = [
        Case(connections: 1), Case(connections: 4), Case(connections: 4, cuts: false),
        Case(connections: 1, skew: 900, step: 3_600), Case(connections: 4, skew: -900, step: -3_600),
        Case(connections: 4, skew: 900, step: -3_600, cuts: false),
        Case(connections: 1, skew: -900, step: 3_600, cuts: false),
    ]

    /// Fetches the same without expiry; gives how long that takes.
    private func fetchTwin(_ object: FaultObject, _ connections: Int, rate: Int64) async throws -> Duration {
        try await Scratch.with { scratch in
            let limits = FaultSettings(totalRate: rate, sendBuffer: 32 << 10)
            return try await FaultServer.with(FaultCorpus.plain, object: object, settings: limits) { server in
                let began = ContinuousClock.now
                _ = try await FaultFetch.fetch(
                    from: server,
                    to: scratch.file("dump.bin"),
                    size: object.size,
                    settings: settings(connections)
                )
                return ContinuousClock.now - began
            }
        }
    }

    private func settings(_ connections: Int) -> TransferSettings {
        var settings = FaultFetch.settings(connections: connections)
        settings.stallTimeout = .seconds(5)
        settings.minimumRate = 1
        return settings
    }

    @Test(arguments: cases)
    func outlivesThem(_ example: Case) async throws {
        let seconds = ProcessInfo.processInfo.environment["WHERRY_LONG_SECONDS"].flatMap { Int64($0) } ?? 7
        let rate: Int64 = 2 << 20
        let life: Int64 = 2
        let object = FaultObject(seed: 5, size: rate * seconds)
        var behavior = FaultCorpus.plain
        if example.cuts { behavior.allowance = { _, _ in rate * life } }
        var limits = FaultSettings(totalRate: rate, clockOffset: .seconds(example.skew), sendBuffer: 32 << 10)
        if !example.cuts { limits.linkLife = .seconds(life) }
        try await Scratch.with { scratch in
            let path = scratch.file("dump.bin")
            try await FaultServer.with(behavior, object: object, settings: limits) { server in
                let lease = FaultLease(server, life: .seconds(life))
                async let twin = fetchTwin(object, example.connections, rate: rate)
                let began = ContinuousClock.now
                try await withThrowingTaskGroup(of: Void.self) { group in
                    group.addTask {
                        try await Task.sleep(for: .seconds(seconds) / 2)
                        server.clockOffset += .seconds(example.step)
                    }
                    _ = try await FaultFetch.fetch(
                        from: server,
                        to: path,
                        size: object.size,
                        settings: settings(example.connections),
                        lease: lease
                    )
                    try await group.waitForAll()
                }
                let time = ContinuousClock.now - began
                let again = server.records.bodyBytes - object.size
                let other = try await twin
                print(
                    "short life, \(example): \(time), \(time / other) of \(other) without expiry, \(lease.issues) URLs, "
                        + "\(again) bytes fetched again"
                )
                // What a second more or less means depends on how many there are.
                if seconds >= 30 { #expect(time <= other * 1.05) }
                #expect(lease.issues <= (seconds + life - 1) / life + 2)
                // A URL is cut with a few requests in flight: the share falls with the length of the transfer.
                #expect(again <= max(object.size / 100, 1 << 20))
                #expect(
                    FileManager.default.contents(atPath: path).map { Array($0) } == object.bytes(in: 0..<object.size)
                )
            }
        }
    }
}
