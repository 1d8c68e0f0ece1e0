import Logging
import QCloudAPI
import TestProcesses
import Testing
import WherryCatalog
import WherryCore
import WherryEngine
import WherryServer
import WherryTestSupport

/// The service in front of a cloud account: callers use its keys, it uses the account's.
@Suite(.timeLimit(.minutes(2)))
struct GatewayTests {
    /// Runs `body` with a provider, and a gateway to it that has other keys and a catalog of its own.
    private func withGateway(
        _ body: @escaping @Sendable (_ provider: Provider, _ catalog: Catalog, _ caller: RawCaller) async throws -> Void
    ) async throws {
        try await Scratch.with { scratch in
            try await Provider.with(in: scratch) { provider in
                try await provider.fill(standalone: 2, shards: 3)
                try await Collector.with(in: scratch, provider: provider) { collector in
                    let server = WherryServer(
                        backend: ServiceBackend(
                            catalog: collector.catalog,
                            source: collector.source,
                            resolver: collector.resolver,
                            clock: collector.clock,
                            random: { .random(in: .min ... .max) }
                        ),
                        keys: APIKeys(["AKIDcaller": Secret(Provider.secretKey)]),
                        allowsPlainHTTP: true,
                        limits: .unlimited,
                        connectionsPerClient: 1_000,
                        random: { .random(in: .min ... .max) }
                    )
                    let logger = Logger(label: "gateway") { _ in SwiftLogNoOpLogHandler() }
                    let listener = ServerListener(host: "127.0.0.1", port: try FreePort.next())
                    let catalog = collector.catalog
                    try await server.listening(on: listener, logger: logger) { port in
                        let caller = RawCaller(provider: provider, port: port, secretID: "AKIDcaller")
                        try await body(provider, catalog, caller)
                    }
                }
            }
        }
    }

    private func count(_ sql: String, in catalog: Catalog) throws -> Int {
        catalog.flush()
        let table = try ReadOnlySQL(path: catalog.path).run(sql, rowLimit: 2, timeLimit: .seconds(5))
        guard case .integer(let count) = table.rows.first?.first else { return -1 }
        return Int(count)
    }

    @Test("200 callers at once cost one call of the account, and each is told and recorded")
    func sharesOneAnswer() async throws {
        try await withGateway { provider, catalog, caller in
            let backup = try await caller.firstBackup()
            let answers = try await Concurrently.map(Array(0..<200), width: 200) { _ in
                try await caller.urls("crs-orders01", backup)
            }
            #expect(Set(answers.map(\.extranet)).count == 1)
            let url = try #require(answers.first?.extranet)
            #expect(try await HTTPProbe.send("GET", url).status == 200)
            let calls = "SELECT count(*) FROM api_call WHERE action = 'GetBackupDownloadUrl' AND direction = "
            #expect(try count(calls + "'in'", in: provider.catalog) == 1)
            #expect(try count(calls + "'in' AND code = '0' AND caller = 'api:AKIDcaller'", in: catalog) == 200)
            #expect(try count(calls + "'out'", in: catalog) == 1)
            #expect(try count("SELECT count(*) FROM issued_url", in: catalog) == 1)
            // Enough life is left for the next as well; with too little a new one is asked for.
            #expect(try await caller.urls("crs-orders01", backup).extranet == url)
            provider.clock.advance(by: .seconds(3_600 - 300))
            #expect(try await caller.urls("crs-orders01", backup).extranet != url)
            #expect(try count(calls + "'in'", in: provider.catalog) == 2)
            #expect(try count("SELECT count(*) FROM issued_url", in: catalog) == 2)
        }
    }

    @Test("The provider's errors reach the caller with their codes")
    func passesErrorsOn() async throws {
        try await withGateway { provider, catalog, caller in
            let backup = try await caller.firstBackup()
            #expect(
                try await caller.code("GetBackupDownloadUrl", ["redisId": "crs-orders01", "backupId": "none"]) == 11213
            )
            #expect(
                try await caller.code("GetBackupDownloadUrl", ["redisId": "crs-none", "backupId": backup]) == 10701
            )
            var busy = try #require(try await provider.catalog.backups(of: "crs-orders01", in: "depot").first)
            busy.state = .busy
            try await provider.catalog.record([busy], from: "depot", at: provider.clock.now)
            #expect(
                try await caller.code("GetBackupDownloadUrl", ["redisId": "crs-orders01", "backupId": backup]) == 10711
            )
            // The account's key is no key here, nor the caller's there.
            #expect(try await caller.code("DescribeRedis", [:], secretID: Provider.secretID) == 4104)
            #expect(try count("SELECT count(*) FROM issued_url", in: catalog) == 0)
        }
    }

    @Test("Lists are the account's")
    func listsWhatTheAccountHas() async throws {
        try await withGateway { provider, _, caller in
            let known = try await provider.catalog.instances(of: "depot").map(\.id.rawValue).sorted()
            #expect(try await caller.instances() == known)
            #expect(known.count > 1)
        }
    }
}
