import Synchronization
import Testing
import WherryCore
import WherryEngine
import WherryPluginKit
import WherryTestSupport
import WherryTransfer

/// What is said of sinks that store, lose, keep, cannot look, cannot remove, or take links.
struct SinkProbeTests {
    /// A sink that answers as it is told.
    struct Odd: Sink {
        var presences: [Presence]
        var removal: Failure?
        var takesLinks = false
        let looks = Looks()

        func check() async throws -> [Finding] { [] }

        func deliver(_ backup: ResolvedBackup, using transfer: any Transfer) async throws -> Receipt {
            if takesLinks { _ = try await transfer.link(backup.files[0]) }
            let fetched = try await transfer.stream(backup.files[0]) { _ in }
            let artifact = Artifact(position: 0, location: "attic/probe", size: fetched.size, sha256: fetched.sha256)
            return Receipt(outcome: .delivered, artifacts: [artifact])
        }

        func presence(of receipt: Receipt) async throws -> Presence { presences[looks.next()] }

        func remove(_ receipt: Receipt) async throws { if let removal { throw removal } }
    }

    final class Looks: Sendable {
        private let count = Mutex(0)

        func next() -> Int {
            count.withLock { count in
                defer { count += 1 }
                return count
            }
        }
    }

    private func probe(_ sink: Odd, storesBytes: Bool = true) async throws -> [Finding] {
        try await HTTPConnections.with { connections in
            let random: @Sendable () -> UInt64 = { 7 }
            let fetcher = FileFetcher(
                connections: connections,
                clock: TestClock(),
                observer: NoTransferObserver(),
                random: random
            )
            let probe = SinkProbe(clock: TestClock(), fetcher: fetcher, random: random)
            return try await probe.findings(
                of: ConfiguredSink(name: "odd", plugin: "odd", sink: sink, storesBytes: storesBytes)
            )
        }
    }

    @Test func whatIsStoredSeenAndRemovedIsWell() async throws {
        let findings = try await probe(Odd(presences: [.present, .absent]))
        #expect(findings.map(\.level) == [.ok, .ok])
        #expect(findings.last?.message == "The probe is removed again.")
    }

    @Test func whatNobodyCouldLookAtIsAWarning() async throws {
        let findings = try await probe(Odd(presences: [.unknown("It is dark."), .unknown("It is dark.")]))
        #expect(findings.map(\.level) == [.warning, .warning])
        #expect(findings.allSatisfy { $0.message.contains("It is dark.") && $0.remedy != nil })
    }

    @Test func whatIsLostOrKeptIsAnError() async throws {
        let lost = await #expect(throws: Failure.self) { try await probe(Odd(presences: [.absent])) }
        #expect(lost?.code == "probe.lost")
        let kept = await #expect(throws: Failure.self) { try await probe(Odd(presences: [.present, .present])) }
        #expect(kept?.code == "probe.not-removed")
    }

    @Test func onlyWhoCannotRemoveMayLeaveIt() async throws {
        let unable = Failure(.unsupported, code: "sink.cannot-remove", "This sink cannot remove copies.")
        let findings = try await probe(Odd(presences: [.present], removal: unable))
        #expect(findings.map(\.level) == [.ok, .warning])
        let refused = Failure(.authentication, code: "odd.refused", "The key was refused.")
        let failure = await #expect(throws: Failure.self) {
            try await probe(Odd(presences: [.present], removal: refused))
        }
        #expect(failure == refused)
    }

    @Test func linksAreNotProbed() async throws {
        #expect(try await probe(Odd(presences: [], takesLinks: true)).map(\.level) == [.ok])
        #expect(try await probe(Odd(presences: []), storesBytes: false).map(\.level) == [.ok])
    }
}
