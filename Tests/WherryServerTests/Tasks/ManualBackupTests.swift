import QCloudAPI
import Testing
import WherryCatalog
import WherryCore
import WherryPluginKit
import WherryTestSupport

/// Backups that callers ask for, in both dialects.
@Suite(.timeLimit(.minutes(1)))
struct ManualBackupTests {
    private let gate = TestGate()

    private func settings(refusal: Failure? = nil, breakdown: Failure? = nil) -> Provider.Settings {
        var settings = Provider.Settings()
        let gate = gate
        settings.requests = { depot in
            SnapshotRequests(depot: depot, gate: gate, refusal: refusal, breakdown: breakdown)
        }
        return settings
    }

    private func withProvider(
        _ settings: Provider.Settings,
        _ body: @escaping @Sendable (Provider) async throws -> Void
    ) async throws {
        try await Scratch.with { scratch in
            try await Provider.with(in: scratch, settings: settings) { provider in
                try await provider.fill(standalone: 1, shards: 3)
                try await body(provider)
            }
        }
    }

    @Test func aBackupIsMadeAndItsTaskTellsSo() async throws {
        try await withProvider(settings()) { provider in
            let (old, new) = (RawCaller(provider: provider), V3Caller(provider: provider))
            let id = try await old.beginBackup(of: "crs-orders01", remark: "before the move")
            #expect(try await old.status(ofTask: id) == .running)
            #expect(try await old.code("ManualBackupInstance", ["redisId": "crs-orders01"]) == 10707)
            let locked = try await new.code("ManualBackupInstance", ["InstanceId": .text("crs-orders01")])
            #expect(locked == "ResourceUnavailable.InstanceLockedError")
            #expect(try await new.call(V3DescribeTaskInfo(taskID: id)).response.status == .running)
            await gate.open()
            #expect(try await old.end(ofTask: id) == .done)
            let made = try #require(try await old.backups(of: "crs-orders01").first { $0.remark == "before the move" })
            let info = try await new.call(V3DescribeTaskInfo(taskID: id)).response
            #expect(info.status == .succeed && info.taskType == "task_backupInstance")
            #expect(info.instanceID == "crs-orders01" && info.taskMessage == "")
            let rows = try provider.catalog.rows(
                "SELECT kind, state, instance, backup, remark, asked_by FROM task_history"
            )
            #expect(
                rows == [
                    [
                        .text("backup"), .text("done"), .text("crs-orders01"), .text(made.backupId),
                        .text("before the move"), .text("api:\(Provider.secretID)"),
                    ]
                ]
            )
        }
    }

    @Test func tasksAreListedNewestFirst() async throws {
        await gate.open()
        try await withProvider(settings()) { provider in
            let (old, new) = (RawCaller(provider: provider), V3Caller(provider: provider))
            let first = try await old.beginBackup(of: "crs-orders01")
            #expect(try await old.end(ofTask: first) == .done)
            let wanted = V3ManualBackupInstance(instanceID: "crs-orders01", storageDays: 30)
            let second = try await new.call(wanted).response.taskID
            #expect(try await old.end(ofTask: second) == .done)
            #expect(try await provider.catalog.count("backup_task WHERE keep_days = 30") == 1)
            func list(_ change: (inout GetRedisTaskList) -> Void) async throws -> GetRedisTaskListResponse {
                var wanted = GetRedisTaskList(limit: 1)
                change(&wanted)
                return try await GetRedisTaskListResponse(decoding: old.bytes(wanted))
            }
            let page = try await list { $0.redisName = "orders" }
            #expect(page.totalCount == 2 && page.tasks.count == 1)
            #expect(page.tasks.first?.taskName == "task_backupInstance" && page.tasks.first?.progress == 1)
            #expect(try await list { $0.taskStatus = [.done] }.totalCount == 2)
            #expect(try await list { $0.taskStatus = [.failed] }.totalCount == 0)
            #expect(try await list { $0.taskType = ["task_exportBackup"] }.totalCount == 0)
            #expect(try await list { $0.redisId = "crs-sessions" }.totalCount == 0)
            #expect(try await list { $0.beginTime = "2000-01-01 00:00:00" }.totalCount == 2)
            #expect(try await list { $0.endTime = "2000-01-01 00:00:00" }.totalCount == 0)
        }
    }

    @Test func aSourceThatTakesNoOrdersSaysSo() async throws {
        try await withProvider(Provider.Settings()) { provider in
            let (old, new) = (RawCaller(provider: provider), V3Caller(provider: provider))
            #expect(try await old.code("ManualBackupInstance", ["redisId": "crs-orders01"]) == 6100)
            let code = try await new.code("ManualBackupInstance", ["InstanceId": .text("crs-orders01")])
            #expect(code == "FailedOperation.UnSupportError")
            #expect(try await provider.catalog.count("backup_task") == 0)
        }
    }

    @Test func whatIsNotThereHasItsCode() async throws {
        try await withProvider(settings()) { provider in
            let (old, new) = (RawCaller(provider: provider), V3Caller(provider: provider))
            #expect(try await old.code("ManualBackupInstance", ["redisId": "crs-none"]) == 10701)
            #expect(try await old.code("ManualBackupInstance", [:]) == 11201)
            #expect(try await old.code("DescribeTaskInfo", ["requestId": "77"]) == 11201)
            #expect(try await new.code("DescribeTaskInfo", ["TaskId": .integer(77)]) == "InvalidParameter")
            var instance = try #require(try await provider.catalog.instance("crs-orders01", of: "depot"))
            instance.state = .isolated
            try await provider.catalog.record([instance], from: "depot", at: provider.clock.now)
            #expect(try await old.code("ManualBackupInstance", ["redisId": "crs-orders01"]) == 10702)
            let code = try await new.code("ManualBackupInstance", ["InstanceId": .text("crs-orders01")])
            #expect(code == "ResourceUnavailable.InstanceIsolated")
        }
    }

    @Test func aRefusedOrderIsAFailedTask() async throws {
        let refusal = Failure(.transient, code: "instance.busy", "The instance is in a flow.")
        try await withProvider(settings(refusal: refusal)) { provider in
            let old = RawCaller(provider: provider)
            for _ in 0..<2 {
                #expect(try await old.code("ManualBackupInstance", ["redisId": "crs-orders01"]) == 10707)
            }
            let rows = try provider.catalog.rows("SELECT state, failure_code FROM task_history")
            #expect(rows == [[.text("failed"), .text("instance.busy")], [.text("failed"), .text("instance.busy")]])
        }
    }

    @Test func aBackupThatIsGivenUpIsAFailedTask() async throws {
        await gate.open()
        let breakdown = Failure(.transient, code: "snapshot.cut", "The server went away.")
        try await withProvider(settings(breakdown: breakdown)) { provider in
            let old = RawCaller(provider: provider)
            let id = try await old.beginBackup(of: "crs-orders01")
            #expect(try await old.end(ofTask: id) == .failed)
            let info = try await V3Caller(provider: provider).call(V3DescribeTaskInfo(taskID: id)).response
            #expect(info.status == .failed && info.taskMessage == "The server went away.")
        }
    }

    @Test func whatIsUnderWayOutlivesTheServer() async throws {
        try await Scratch.with { scratch in
            let id = try await Provider.with(in: scratch, settings: settings()) { provider in
                try await provider.fill(standalone: 1, shards: 3)
                let lost = try await provider.catalog.beginTask(
                    .backup(of: "crs-sessions"),
                    in: "depot",
                    at: provider.clock.now - .seconds(60),
                    askedBy: "api:gone"
                )
                return (try await RawCaller(provider: provider).beginBackup(of: "crs-orders01", remark: "old"), lost)
            }
            await gate.open()
            try await Provider.with(in: scratch, settings: settings()) { provider async throws in
                let caller = RawCaller(provider: provider)
                #expect(try await caller.end(ofTask: id.0) == .done)
                #expect(try await caller.backups(of: "crs-orders01").contains { $0.remark == "old" })
                #expect(try await caller.end(ofTask: Int(id.1)) == .failed)
            }
        }
    }
}
