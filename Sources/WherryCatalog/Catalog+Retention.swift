import GRDB
package import WherryCore

extension Catalog {
    /// How long the backups of an instance are to be kept, as callers of the service said.
    ///
    /// Its schedule counts for all of its backups, as it is now; a number of days given with a single order for the backup
    /// that was made then. No days mean that nothing was said.
    package func retention(of instance: Instance.ID, in source: SourceName) async throws -> BackupRetention {
        let schedule = try await schedule(of: instance, in: source)
        let exceptions = try await read { db in
            let statement = try db.cachedStatement(
                sql: """
                    SELECT b.provider_id, t.keep_days
                    FROM backup_task AS t JOIN instance AS i ON i.id = t.instance_id
                    JOIN source AS s ON s.id = i.source_id JOIN backup AS b ON b.id = t.backup_id
                    WHERE s.name = ? AND i.provider_id = ? AND t.kind = 'backup' AND t.keep_days > 0 AND t.asked_by <> ?
                    """
            )
            let arguments: StatementArguments = [source.rawValue, instance.rawValue, BackupSchedule.caller]
            return try Row.fetchAll(statement, arguments: arguments).map { row in
                (Backup.ID(rawValue: row[0]), Self.days(row[1]))
            }
        }
        return BackupRetention(
            age: schedule.flatMap { $0.keepDays > 0 ? Self.days($0.keepDays) : nil },
            exceptions: Dictionary(exceptions) { first, _ in first }
        )
    }

    private static func days(_ days: Int) -> Duration { .seconds(days * 86_400) }
}
