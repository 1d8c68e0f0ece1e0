import TestProcesses
import Testing
import WherryCatalog
import WherryCore
import WherryEngine
import WherryTestSupport

/// Which of the two URLs is used.
@Suite(.timeLimit(.minutes(1)))
struct NetworkTests {
    private func run(
        _ networks: NetworkChoice,
        intranet: String?
    ) async throws -> (report: RunReport, networks: [String]) {
        try await Scratch.with { scratch in
            var settings = Provider.Settings()
            settings.intranetURL = intranet
            return try await Provider.with(in: scratch, settings: settings) { provider in
                try await provider.fill(standalone: 1, shards: 0)
                return try await Collector.with(in: scratch, provider: provider, networks: networks) { collector in
                    let report = try await collector.runner().run([collector.job()], askedBy: "test")
                    let rows = try collector.catalog.rows("SELECT network FROM transfer_attempt ORDER BY id")
                    return (report, rows.map { "\($0[0])" })
                }
            }
        }
    }

    @Test(arguments: Network.allCases)
    func preferredOneIsUsed(_ network: Network) async throws {
        let outcome = try await run(NetworkChoice(preferred: network, fallback: .never), intranet: nil)
        #expect(outcome.report.state == .succeeded)
        #expect(outcome.networks == ["text(\"\(network.rawValue)\")"])
    }

    @Test func unreachableIntranetFallsBackWhereThatIsAllowed() async throws {
        let closed = "http://127.0.0.1:\(try FreePort.next())"
        let allowed = NetworkChoice(preferred: .intranet, fallback: .whenUnreachable)
        let outcome = try await run(allowed, intranet: closed)
        #expect(outcome.report.state == .succeeded)
        #expect(outcome.networks == ["text(\"intranet\")", "text(\"extranet\")"])
    }

    @Test func unreachableIntranetFailsWhereItIsNot() async throws {
        let closed = "http://127.0.0.1:\(try FreePort.next())"
        let outcome = try await run(NetworkChoice(preferred: .intranet, fallback: .never), intranet: closed)
        #expect(outcome.report.state == .failed)
        #expect(outcome.report.failed.first?.failure.code == "http.unreachable")
        #expect(outcome.report.exitCode == 75)
        #expect(!outcome.networks.contains("text(\"extranet\")"))
    }
}
