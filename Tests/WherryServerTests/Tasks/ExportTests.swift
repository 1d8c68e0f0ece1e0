import QCloudAPI
import Testing
import WherryCatalog
import WherryCore
import WherryPluginKit
import WherryTestSupport

/// A cluster's backups, exported before they are fetched.
@Suite(.timeLimit(.minutes(1)))
struct ExportTests {
    private let gate = TestGate()

    private func withProvider(
        takesOrders: Bool,
        _ body: @escaping @Sendable (RawCaller, _ parameters: [String: String]) async throws -> Void
    ) async throws {
        var settings = Provider.Settings()
        let gate = gate
        if takesOrders { settings.requests = { SnapshotRequests(depot: $0, gate: gate) } }
        try await Scratch.with { scratch in
            try await Provider.with(in: scratch, settings: settings) { provider in
                try await provider.fill(standalone: 1, shards: 3)
                let caller = RawCaller(provider: provider)
                let backup = try #require(try await caller.backups(of: "crs-sessions").first)
                #expect(backup.status == .normal)
                try await body(caller, ["redisId": "crs-sessions", "backupId": backup.backupId])
            }
        }
    }

    private func status(_ caller: RawCaller) async throws -> CRSBackup.Status? {
        try await caller.backups(of: "crs-sessions").first?.status
    }

    @Test func aBackupIsExportingAndThenExported() async throws {
        try await withProvider(takesOrders: true) { caller, parameters in
            let wanted = ExportRedisBackup(redisId: "crs-sessions", backupId: parameters["backupId"] ?? "")
            let id = try await TaskStartedResponse(decoding: caller.bytes(wanted)).requestId
            #expect(try await status(caller) == .exporting)
            #expect(try await caller.code("GetBackupDownloadUrl", parameters) == 10711)
            let error = await #expect(throws: CRSError.self) {
                _ = try await TaskStartedResponse(decoding: caller.bytes(wanted))
            }
            #expect(error?.code == 10711 && error?.name == "BackupStatusInvalid")
            #expect(try await caller.code("ManualBackupInstance", ["redisId": "crs-sessions"]) == 10707)
            await gate.open()
            #expect(try await caller.end(ofTask: id) == .done)
            #expect(try await status(caller) == .exported)
            #expect(try await caller.code("GetBackupDownloadUrl", parameters) == 0)
            #expect(try await caller.code("ExportRedisBackup", parameters) == 10711)
        }
    }

    @Test func aSourceWithItsOwnFilesHasThemExportedAlready() async throws {
        try await withProvider(takesOrders: false) { caller, parameters in
            let wanted = ExportRedisBackup(redisId: "crs-sessions", backupId: parameters["backupId"] ?? "")
            let id = try await TaskStartedResponse(decoding: caller.bytes(wanted)).requestId
            #expect(try await caller.end(ofTask: id) == .done)
            #expect(try await status(caller) == .exported)
        }
    }

    @Test func onlyAClustersBackupIsExported() async throws {
        try await withProvider(takesOrders: true) { caller, parameters in
            let standalone = ["redisId": "crs-orders01", "backupId": try await caller.firstBackup()]
            #expect(try await caller.code("ExportRedisBackup", standalone) == 11214)
            var wrong = parameters
            wrong["backupId"] = "none"
            #expect(try await caller.code("ExportRedisBackup", wrong) == 11213)
            wrong["redisId"] = "crs-none"
            #expect(try await caller.code("ExportRedisBackup", wrong) == 10701)
            #expect(try await caller.code("ExportRedisBackup", ["redisId": "crs-sessions"]) == 11201)
            #expect(try await caller.provider.catalog.count("backup_task") == 0)
        }
    }
}
