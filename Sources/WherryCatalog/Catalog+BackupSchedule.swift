import Foundation
import GRDB
package import WherryCore

/// When an instance is to be backed up by itself.
package struct BackupSchedule: Sendable, Hashable {
    /// English names of days, Monday first.
    package static let weekDays = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
    /// Days and hours are those of the provider's API: UTC+8.
    package static let utcOffset = Duration.seconds(8 * 3_600)

    /// Who asks for the backups, in the column `asked_by`.
    package static let caller = "schedule"

    /// On which days, out of ``weekDays``.
    package var weekDays: [String]
    /// In which hour a backup begins, 0 to 23.
    package var hour: Int
    /// How many days a backup is to be kept.
    package var keepDays: Int

    /// A schedule.
    package init(weekDays: [String], hour: Int, keepDays: Int) {
        self.weekDays = weekDays
        self.hour = hour
        self.keepDays = keepDays
    }

    /// When the hour began that a backup is to begin in, if `now` is in such an hour.
    package func slot(at now: Timestamp) -> Timestamp? {
        let local = (now + Self.utcOffset).seconds
        let day = local >= 0 ? local / 86_400 : (local - 86_399) / 86_400
        let second = local - day * 86_400
        // 1970-01-01 was a Thursday.
        let name = Self.weekDays[Int(((day + 3) % 7 + 7) % 7)]
        guard second / 3_600 == hour, weekDays.contains(name) else { return nil }
        return now - .seconds(second % 3_600)
    }
}

extension Catalog {
    /// The schedule of an instance; nil when nobody set one.
    package func schedule(of instance: Instance.ID, in source: SourceName) async throws -> BackupSchedule? {
        try await schedules(of: source)[instance]
    }

    /// The schedules of a source's instances.
    package func schedules(of source: SourceName) async throws -> [Instance.ID: BackupSchedule] {
        try lookUp { db in
            let statement = try db.cachedStatement(
                sql: """
                    SELECT i.provider_id, c.week_days, c.hour, c.keep_days
                    FROM backup_schedule AS c JOIN instance AS i ON i.id = c.instance_id
                    JOIN source AS s ON s.id = i.source_id WHERE s.name = ?
                    """
            )
            let rows = try Row.fetchAll(statement, arguments: [source.rawValue])
            return try Dictionary(
                uniqueKeysWithValues: rows.map { row in
                    let days = try JSONDecoder().decode([String].self, from: Data((row[1] as String).utf8))
                    return (
                        Instance.ID(rawValue: row[0]), BackupSchedule(weekDays: days, hour: row[2], keepDays: row[3])
                    )
                }
            )
        }
    }

    /// Sets the schedule of an instance, which must have been recorded.
    package func setSchedule(
        _ schedule: BackupSchedule,
        of instance: Instance.ID,
        in source: SourceName,
        at: Timestamp,
        by caller: String
    ) async throws {
        let days = String(decoding: try JSONEncoder().encode(schedule.weekDays), as: UTF8.self)
        try await write { db in
            let instanceID = try Self.instanceID(instance, sourceID: Self.sourceID(source, db), db)
            try db.cachedStatement(
                sql: """
                    INSERT INTO backup_schedule (instance_id, week_days, hour, keep_days, changed_at, changed_by)
                    VALUES (?, ?, ?, ?, ?, ?)
                    ON CONFLICT (instance_id) DO UPDATE SET week_days = excluded.week_days, hour = excluded.hour,
                        keep_days = excluded.keep_days, changed_at = excluded.changed_at,
                        changed_by = excluded.changed_by
                    """
            ).execute(arguments: [
                instanceID, days, schedule.hour, schedule.keepDays, at.description, caller,
            ])
        }
    }

    /// Whether somebody ordered a backup of an instance since then.
    package func hasBackupTask(
        of instance: Instance.ID,
        in source: SourceName,
        since: Timestamp,
        askedBy caller: String
    ) async throws -> Bool {
        try lookUp { db in
            let statement = try db.cachedStatement(
                sql: """
                    SELECT 1 FROM backup_task AS t JOIN instance AS i ON i.id = t.instance_id
                    JOIN source AS s ON s.id = i.source_id
                    WHERE s.name = ? AND i.provider_id = ? AND t.asked_at >= ? AND t.asked_by = ? AND t.kind = 'backup'
                    LIMIT 1
                    """
            )
            let arguments: StatementArguments = [source.rawValue, instance.rawValue, since.description, caller]
            return try Row.fetchOne(statement, arguments: arguments) != nil
        }
    }
}
