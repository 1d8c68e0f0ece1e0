import GRDB
package import WherryCore

/// What was asked for, and what became of it.
extension Catalog {
    /// One task of a source; nil when it has none of that number.
    package func task(_ id: Int64, of source: SourceName) async throws -> BackupTask? {
        try lookUp { db in
            let statement = try db.cachedStatement(sql: "SELECT \(Self.taskColumns) WHERE t.id = ? AND s.name = ?")
            return try Row.fetchOne(statement, arguments: [id, source.rawValue]).flatMap(Self.task)
        }
    }

    /// The tasks of a source, newest first.
    package func tasks(of source: SourceName) async throws -> [BackupTask] {
        try await read { db in
            let statement = try db.cachedStatement(
                sql: "SELECT \(Self.taskColumns) WHERE s.name = ? ORDER BY t.asked_at DESC, t.id DESC"
            )
            return try Row.fetchAll(statement, arguments: [source.rawValue]).compactMap(Self.task)
        }
    }

    /// The tasks of a source that are under way, oldest first.
    package func tasksUnderWay(of source: SourceName) async throws -> [BackupTask] {
        try await read { db in
            let statement = try db.cachedStatement(
                sql: """
                    SELECT \(Self.taskColumns)
                    WHERE s.name = ? AND t.state IN ('waiting', 'running') ORDER BY t.id
                    """
            )
            return try Row.fetchAll(statement, arguments: [source.rawValue]).compactMap(Self.task)
        }
    }

    /// How far the exports of an instance's backups are: for each backup the state of its newest export.
    package func exports(of instance: Instance.ID, in source: SourceName) async throws -> [Backup.ID: BackupTask.State]
    {
        try memory.value(.init(kind: .exports, source: source.rawValue, instance: instance.rawValue)) {
            try lookUp { db in
                let statement = try db.cachedStatement(
                    sql: """
                        SELECT \(Self.taskColumns)
                        WHERE s.name = ? AND i.provider_id = ? AND t.kind = 'export' ORDER BY t.id
                        """
                )
                let tasks = try Row.fetchAll(statement, arguments: [source.rawValue, instance.rawValue])
                    .compactMap(Self.task)
                return Dictionary(tasks.compactMap { task in task.backup.map { ($0, task.state) } }) { _, newer in newer
                }
            }
        }
    }

    private static let taskColumns = """
        t.id, i.provider_id, i.name, t.kind, t.state, t.remark, t.source_task, b.provider_id, t.asked_by, t.asked_at,
            t.ended_at, t.failure_message
        FROM backup_task AS t
        JOIN instance AS i ON i.id = t.instance_id
        JOIN source AS s ON s.id = i.source_id
        LEFT JOIN backup AS b ON b.id = t.backup_id
        """

    private static func task(_ row: Row) -> BackupTask? {
        guard let kind = BackupTask.Kind(rawValue: row[3]), let state = BackupTask.State(rawValue: row[4]),
            let askedAt = Timestamp(row[9])
        else { return nil }
        return BackupTask(
            id: row[0],
            instance: .init(rawValue: row[1]),
            instanceName: row[2],
            kind: kind,
            state: state,
            remark: row[5],
            sourceTask: row[6],
            backup: (row[7] as String?).map { .init(rawValue: $0) },
            askedBy: row[8],
            askedAt: askedAt,
            endedAt: (row[10] as String?).flatMap { Timestamp($0) },
            failureMessage: row[11] ?? ""
        )
    }
}
