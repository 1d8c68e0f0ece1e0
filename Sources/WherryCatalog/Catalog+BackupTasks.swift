import GRDB
package import WherryCore

/// Backups and exports that were asked for.
extension Catalog {
    /// Records an order as a task that waits.
    ///
    /// - Throws: ``Failure`` of class `conflict`, code `task.under-way`, when another one of the instance is under way;
    ///   of class `notFound` when instance or backup were never recorded.
    package func beginTask(
        _ order: TaskOrder,
        in source: SourceName,
        at: Timestamp,
        askedBy: String
    ) async throws -> Int64 {
        try await write { db in
            let instanceID = try Self.instanceID(order.instance, sourceID: Self.sourceID(source, db), db)
            let backupID = try order.backup.map {
                try Self.backupID(Backup.Key(instance: order.instance, backup: $0), source: source, db)
            }
            let other = try db.cachedStatement(
                sql: """
                    SELECT id, kind, state, asked_by, asked_at FROM backup_task
                    WHERE instance_id = ? AND state IN ('waiting', 'running')
                    """
            )
            if let row = try Row.fetchOne(other, arguments: [instanceID]) {
                throw Self.underWay(row, instance: order.instance)
            }
            try db.cachedStatement(
                sql: """
                    INSERT INTO backup_task (instance_id, kind, state, remark, keep_days, asked_by, asked_at, backup_id)
                    VALUES (?, ?, 'waiting', ?, ?, ?, ?, ?)
                    """
            ).execute(arguments: [
                instanceID, order.kind.rawValue, order.remark, order.keepDays, askedBy, at.description, backupID,
            ])
            return db.lastInsertedRowID
        }
    }

    /// Notes that the source is at work on a task, and what it calls it.
    package func startTask(_ id: Int64, sourceTask: String?) async throws {
        try await write { db in
            try db.cachedStatement(
                sql: "UPDATE backup_task SET state = 'running', source_task = ? WHERE id = ? AND state = 'waiting'"
            ).execute(arguments: [sourceTask, id])
        }
    }

    /// Ends a task that is under way; one that has ended stays as it is.
    ///
    /// - Parameter made: the backup that was made, which must have been recorded; nil when it is not known.
    package func endTask(_ id: Int64, made: Backup.Key? = nil, in source: SourceName, at: Timestamp) async throws {
        try await write { db in
            let backupID = try made.map { try Self.backupID($0, source: source, db) }
            try db.cachedStatement(
                sql: """
                    UPDATE backup_task SET state = 'done', ended_at = ?, backup_id = coalesce(?, backup_id)
                    WHERE id = ? AND state IN ('waiting', 'running')
                    """
            ).execute(arguments: [at.description, backupID, id])
        }
    }

    /// Gives up a task that is under way; one that has ended stays as it is.
    package func failTask(_ id: Int64, _ failure: Failure, at: Timestamp) async throws {
        try await write { db in
            try db.cachedStatement(
                sql: """
                    UPDATE backup_task SET state = 'failed', ended_at = ?, failure_code = ?, failure_message = ?
                    WHERE id = ? AND state IN ('waiting', 'running')
                    """
            ).execute(arguments: [at.description, failure.code, failure.message, id])
        }
    }

    /// - Parameter row: number, kind, state, who asked and when.
    private static func underWay(_ row: Row, instance: Instance.ID) -> Failure {
        let (id, kind, state): (Int64, String, String) = (row[0], row[1], row[2])
        let (askedBy, askedAt): (String, String) = (row[3], row[4])
        let isTaken = state == BackupTask.State.running.rawValue
        return Failure(
            .conflict,
            code: "task.under-way",
            "Task \(id) of \(instance) is under way: the \(kind) that \(askedBy) asked for at \(askedAt)"
                + (isTaken ? "." : ", which the source has not confirmed."),
            remedy: "Wait for its end: wherry backup wait \(instance)"
        )
    }
}
