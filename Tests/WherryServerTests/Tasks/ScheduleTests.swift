import QCloudAPI
import Testing
import WherryCatalog
import WherryCore
import WherryEngine
import WherryPluginKit
import WherryTestSupport

/// Backups that a schedule asks for.
@Suite(.timeLimit(.minutes(1)))
struct ScheduleTests {
    /// 2026-01-02 is a Friday; 18:30 UTC is 02:30 on Saturday at UTC+8.
    @Test(arguments: [
        ("2026-01-02T18:30:00Z", ["Saturday"], 2, "2026-01-02T18:00:00Z"),
        ("2026-01-02T18:30:00Z", ["Friday"], 2, nil), ("2026-01-02T18:30:00Z", ["Saturday"], 3, nil),
        ("2026-01-02T15:59:59Z", ["Friday"], 23, "2026-01-02T15:00:00Z"),
        ("2026-01-02T16:00:00Z", ["Friday", "Saturday"], 0, "2026-01-02T16:00:00Z"),
    ])
    func aSlotIsAnHourOfADayAtUTCPlus8(now: String, days: [String], hour: Int, slot: String?) throws {
        let schedule = BackupSchedule(weekDays: days, hour: hour, keepDays: 7)
        #expect(schedule.slot(at: try #require(Timestamp(now)))?.description == slot)
    }

    @Test func aScheduleIsKeptAndOrdersOneBackupAnHour() async throws {
        let gate = TestGate()
        await gate.open()
        var settings = Provider.Settings()
        settings.requests = { SnapshotRequests(depot: $0, gate: gate) }
        try await Scratch.with { scratch in
            try await Provider.with(in: scratch, settings: settings) { provider in
                try await provider.fill(standalone: 1, shards: 3)
                let (caller, id) = (V3Caller(provider: provider), "crs-orders01")
                var config = try await caller.call(V3DescribeAutoBackupConfig(instanceID: id)).response
                #expect(config.weekDays == [])
                // Half past, so that the hour does not end within the test.
                provider.clock.advance(by: .seconds(1_800 - provider.clock.now.seconds % 3_600))
                let hour = Int((provider.clock.now + BackupSchedule.utcOffset).seconds / 3_600 % 24)
                let hours = (0..<24).map { ($0 < 10 ? "0" : "") + "\($0):00" }
                let period = "\(hours[hour])-\(hours[(hour + 1) % 24])"
                let wanted = V3ModifyAutoBackupConfig(instanceID: id, timePeriod: period, storageDays: 30)
                config = try await caller.call(wanted).response
                #expect(config.timePeriod == period && config.storageDays == 30 && config.weekDays.count == 7)
                #expect(try await caller.call(V3DescribeAutoBackupConfig(instanceID: id)).response == config)
                for _ in 0..<2 { try await provider.tasks.takeDueOrders() }
                let tasks = try await provider.catalog.tasks(of: "depot")
                #expect(tasks.map(\.askedBy) == ["schedule"])
                let task = Int(try #require(tasks.first).id)
                #expect(try await RawCaller(provider: provider).end(ofTask: task) == .done)
                let weekend = V3ModifyAutoBackupConfig(instanceID: id, weekDays: [.sunday, .saturday])
                config = try await caller.call(weekend).response
                #expect(config.weekDays == [.saturday, .sunday] && config.timePeriod == period)
            }
        }
    }

    @Test func aSourceThatTakesNoOrdersHasNoSchedule() async throws {
        try await Scratch.with { scratch in
            try await Provider.with(in: scratch) { provider in
                try await provider.fill(standalone: 1, shards: 3)
                let caller = V3Caller(provider: provider)
                for action in ["DescribeAutoBackupConfig", "ModifyAutoBackupConfig"] {
                    let known = try await caller.code(action, ["InstanceId": .text("crs-orders01")])
                    #expect(known == "FailedOperation.UnSupportError")
                    let unknown = try await caller.code(action, ["InstanceId": .text("crs-none")])
                    #expect(unknown == "ResourceNotFound.InstanceNotExists")
                }
            }
        }
    }
}
