import QCloudAPI
import WherryCatalog
import WherryCore
import WherryEngine
import WherryPluginKit

/// When instances are backed up by themselves: by orders to the source, made while the server runs.
extension ServiceBackend {
    private static let defaultHour = 2

    /// `DescribeAutoBackupConfig`; no days where nobody set any.
    func autoBackup(_ wanted: V3DescribeAutoBackupConfig) async throws -> V3AutoBackupConfig {
        let instance = try await schedulable(wanted.instanceID)
        return Self.wire(try await catalog.schedule(of: instance.id, in: source.name))
    }

    /// `ModifyAutoBackupConfig`: what is left out stays; every day at first.
    func modify(_ wanted: V3ModifyAutoBackupConfig) async throws -> V3AutoBackupConfig {
        let instance = try await schedulable(wanted.instanceID)
        var schedule =
            try await catalog.schedule(of: instance.id, in: source.name)
            ?? BackupSchedule(
                weekDays: BackupSchedule.weekDays,
                hour: Self.defaultHour,
                keepDays: V3AutoBackupConfig.defaultStorageDays
            )
        if !wanted.weekDays.isEmpty {
            let chosen = Set(wanted.weekDays.map(\.rawValue))
            schedule.weekDays = BackupSchedule.weekDays.filter(chosen.contains)
        }
        if let hour = wanted.timePeriod.flatMap({ Int($0.prefix(2)) }) { schedule.hour = hour }
        if let days = wanted.storageDays { schedule.keepDays = days }
        try await catalog.setSchedule(schedule, of: instance.id, in: source.name, at: clock.now, by: Caller.current)
        return Self.wire(schedule)
    }

    /// An instance that the source can be asked to back up.
    private func schedulable(_ id: String) async throws -> Instance {
        let instance = try await knownInstance(id)
        guard source.source.requests?.takesOrders(for: instance.id) == true else {
            throw V3Error(.unsupportedByInstance)
        }
        return instance
    }

    private static func wire(_ schedule: BackupSchedule?) -> V3AutoBackupConfig {
        let hour = schedule?.hour ?? defaultHour
        func text(_ hour: Int) -> String { (hour < 10 ? "0" : "") + "\(hour):00" }
        return V3AutoBackupConfig(
            weekDays: (schedule?.weekDays ?? []).compactMap(V3AutoBackupConfig.WeekDay.init),
            timePeriod: "\(text(hour))-\(text((hour + 1) % 24))",
            storageDays: schedule?.keepDays ?? V3AutoBackupConfig.defaultStorageDays
        )
    }
}
