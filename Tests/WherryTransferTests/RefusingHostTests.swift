import Foundation
import SystemPackage
import Testing
import WherryCore
import WherryPluginKit
import WherryTestSupport

@testable import WherryTransfer

/// Several files from one host that has no time for so many.
@Suite(.timeLimit(.minutes(1)))
struct RefusingHostTests {
    private let object = FaultObject(bytes: FaultFetch.dump(size: 400_000))

    /// Fetches files at once; gives the failures and the server's records.
    private func fetch(
        _ count: Int,
        from behavior: FaultBehavior,
        _ settings: TransferSettings,
        life: Duration? = nil
    ) async throws -> (failures: [Failure], requests: [FaultRecord]) {
        try await Scratch.with { scratch in
            try await FaultServer.with(behavior, object: object) { server -> ([Failure], [FaultRecord]) in
                let failures = try await FaultFetch.with(settings) { fetcher in
                    await withTaskGroup(of: Failure?.self, returning: [Failure].self) { group in
                        for number in 0..<count {
                            let file = FaultFetch.file(
                                size: object.size,
                                sha256: nil,
                                lease: FaultLease(server, life: life)
                            )
                            let path = FilePath(scratch.file("dump-\(number).rdb"))
                            group.addTask {
                                do {
                                    _ = try await fetcher.fetch(file, to: path)
                                    return nil
                                } catch {
                                    return Failure.wrap(error, during: "fetching")
                                }
                            }
                        }
                        var failures: [Failure] = []
                        for await failure in group { if let failure { failures.append(failure) } }
                        return failures
                    }
                }
                return (failures, server.records)
            }
        }
    }

    /// However many files want it: while it refuses, a host is asked once in each pause.
    @Test func isAskedOnceInAPauseForAllFiles() async throws {
        let behavior = try #require(FaultCorpus.named("status-503-always"))
        var settings = FaultFetch.settings(connections: 1)
        settings.refusalPause = .milliseconds(600)
        settings.backoff = Backoff(limit: 3, base: .milliseconds(20), cap: .milliseconds(200))
        let ((failures, requests), lateness) = try await Lateness.measured { [settings] in
            try await fetch(4, from: behavior, settings)
        }
        #expect(failures.count == 4)
        #expect(Set(failures.map(\.code)) == ["transfer.http-503"])
        let first = try #require(requests.first).time
        // Those that were on their way when the first was refused do not count.
        let later = requests.filter { $0.time - first > .milliseconds(500) }
        for (one, next) in zip(later, later.dropFirst()) {
            #expect(next.time - one.time > settings.refusalPause * 0.9 - lateness)
        }
        #expect(!later.isEmpty)
        // On an overloaded machine some of the first four are read late.
        let atFirst = lateness < .milliseconds(250) ? 4 : 1
        #expect(later.count >= 4 * 2 && later.count <= 4 * 3 - atFirst, "three times each, the first time together")
    }

    /// A URL that expired while its file waited for the host is renewed; the host is not taken for one without time.
    @Test func isNotClosedByURLsThatExpire() async throws {
        let behavior = FaultBehavior("busy-once", "The first GET gets 503 with Retry-After: 1.", .recovers) {
            $0.strikes() ? FaultAnswer.page(503, "text/plain", "").with { $0["Retry-After"] = "1" } : $0.honest()
        }
        var settings = FaultFetch.settings(connections: 1)
        settings.refusalPause = .milliseconds(500)
        let ((failures, requests), lateness) = try await Lateness.measured { [settings] in
            try await fetch(6, from: behavior, settings, life: .milliseconds(700))
        }
        #expect(failures == [])
        // On a busy machine a URL may expire again and again before it is used: each is still refused but once.
        let refused = requests.filter { $0.status == 403 }.map(\.generation)
        #expect(Set(refused).count == refused.count)
        #expect(!refused.isEmpty, "none expired while it waited")
        #expect(requests.filter { $0.status == 503 }.count == 1)
        // Where all is in time, each file's URL expires once at most.
        if lateness < .milliseconds(100) { #expect(refused.count <= 6) }
        let first = try #require(requests.first), last = try #require(requests.last)
        #expect(last.time - first.time < .seconds(10) + lateness * 20)
    }

    /// What two at a time can have, twelve get one after the other, with hardly a refusal.
    @Test func givesToAllWhatItGivesToFew() async throws {
        let behavior = FaultBehavior("two-at-a-time", "While two GETs are answered, others get 503.", .recovers) {
            $0.active > 2 ? FaultAnswer.page(503, "text/plain", "") : $0.honest().doingFirst(.rate(1 << 20))
        }
        var settings = FaultFetch.settings(connections: 1)
        settings.stallTimeout = .seconds(10)
        let (failures, requests) = try await fetch(12, from: behavior, settings)
        #expect(failures == [])
        #expect(requests.filter { $0.status == 503 }.count < 20)
    }
}
