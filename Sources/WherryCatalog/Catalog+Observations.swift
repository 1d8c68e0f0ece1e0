import GRDB
package import WherryCore

/// What sources say they have.
extension Catalog {
    /// Makes sure that the source has a row.
    package func register(source: SourceName, plugin: String, at: Timestamp) async throws {
        try await write { db in
            try db.cachedStatement(
                sql: """
                    INSERT INTO source (name, plugin, first_seen_at) VALUES (?, ?, ?)
                    ON CONFLICT (name) DO UPDATE SET plugin = excluded.plugin
                    """
            ).execute(arguments: [source.rawValue, plugin, at.description])
        }
    }

    /// Records instances as a source lists them now.
    package func record(
        _ instances: [Instance],
        from source: SourceName,
        at: Timestamp,
        overdueAfter: Duration? = nil
    ) async throws {
        try await write { db in
            let sourceID = try Self.sourceID(source, db)
            for instance in instances {
                try Self.upsert(instance, sourceID: sourceID, at: at, overdueAfter: overdueAfter, db)
            }
        }
    }

    /// Records backups of one instance as a source lists them now.
    ///
    /// The instance must have been recorded.
    package func record(_ backups: [Backup], from source: SourceName, at: Timestamp) async throws {
        try await write { db in
            let sourceID = try Self.sourceID(source, db)
            var rows: [Instance.ID: Int64] = [:]
            for backup in backups {
                let row = try rows[backup.instance] ?? Self.instanceID(backup.instance, sourceID: sourceID, db)
                rows[backup.instance] = row
                try Self.upsert(backup, instanceID: row, at: at, db)
            }
        }
    }

    /// Records a backup that the source keeps itself, with its files and instance, in one transaction.
    package func register(
        _ backup: Backup,
        of instance: Instance,
        files: [BackupFile],
        in source: SourceName,
        at: Timestamp
    ) async throws {
        try await write { db in
            let sourceID = try Self.sourceID(source, db)
            try Self.upsert(instance, sourceID: sourceID, at: at, overdueAfter: nil, db)
            let row = try Self.instanceID(instance.id, sourceID: sourceID, db)
            try Self.upsert(backup, instanceID: row, at: at, db)
            let backupID = try Self.backupID(backup.key, source: source, db)
            for file in files { _ = try Self.upsert(file, backupID: backupID, db) }
        }
    }

    static func sourceID(_ name: SourceName, _ db: Database) throws -> Int64 {
        let statement = try db.cachedStatement(sql: "SELECT id FROM source WHERE name = ?")
        if let id = try Int64.fetchOne(statement, arguments: [name.rawValue]) { return id }
        throw Failure(
            .notFound,
            code: "catalog.no-source",
            "The catalog has no source \(name).",
            remedy: "Run `wherry check` once to record it."
        )
    }

    static func instanceID(_ id: Instance.ID, sourceID: Int64, _ db: Database) throws -> Int64 {
        let statement = try db.cachedStatement(sql: "SELECT id FROM instance WHERE source_id = ? AND provider_id = ?")
        if let row = try Int64.fetchOne(statement, arguments: [sourceID, id.rawValue]) { return row }
        throw Failure(
            .notFound,
            code: "catalog.no-instance",
            "The catalog has no instance \(id).",
            remedy: "List the source's instances with `wherry instances`."
        )
    }

    static func backupID(_ key: Backup.Key, source: SourceName, _ db: Database) throws -> Int64 {
        let statement = try db.cachedStatement(
            sql: """
                SELECT b.id FROM backup AS b JOIN instance AS i ON i.id = b.instance_id JOIN source AS s ON s.id = i.source_id
                WHERE s.name = ? AND i.provider_id = ? AND b.provider_id = ?
                """
        )
        let arguments: StatementArguments = [source.rawValue, key.instance.rawValue, key.backup.rawValue]
        if let row = try Int64.fetchOne(statement, arguments: arguments) { return row }
        throw Failure(
            .notFound,
            code: "catalog.no-backup",
            "The catalog has no backup \(key.backup) of \(key.instance).",
            remedy: "List the instance's backups with `wherry backups \(key.instance)`."
        )
    }

    private static func upsert(
        _ instance: Instance,
        sourceID: Int64,
        at: Timestamp,
        overdueAfter: Duration?,
        _ db: Database
    ) throws {
        try db.cachedStatement(
            sql: """
                INSERT INTO instance (source_id, provider_id, name, topology, state, engine, region, memory_bytes,
                    created_at, first_seen_at, last_seen_at, overdue_after_s)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, coalesce(?, 93600))
                ON CONFLICT (source_id, provider_id) DO UPDATE SET
                    name = excluded.name, topology = excluded.topology, state = excluded.state,
                    engine = coalesce(excluded.engine, engine), region = coalesce(excluded.region, region),
                    memory_bytes = coalesce(excluded.memory_bytes, memory_bytes),
                    created_at = coalesce(excluded.created_at, created_at), last_seen_at = excluded.last_seen_at,
                    overdue_after_s = coalesce(?, overdue_after_s)
                """
        ).execute(arguments: [
            sourceID, instance.id.rawValue, instance.name, instance.topology.rawValue, instance.state.rawValue,
            instance.engine, instance.region, instance.memory?.bytes, instance.createdAt?.description,
            at.description, at.description, overdueAfter?.wholeSeconds, overdueAfter?.wholeSeconds,
        ])
    }

    private static func upsert(_ backup: Backup, instanceID: Int64, at: Timestamp, _ db: Database) throws {
        try db.cachedStatement(
            sql: """
                INSERT INTO backup (instance_id, provider_id, started_at, ended_at, kind, state, remark, size_bytes,
                    expires_at, first_seen_at, last_seen_at)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                ON CONFLICT (instance_id, provider_id) DO UPDATE SET
                    started_at = excluded.started_at, ended_at = coalesce(excluded.ended_at, ended_at),
                    kind = excluded.kind, state = excluded.state, remark = excluded.remark,
                    size_bytes = coalesce(excluded.size_bytes, size_bytes),
                    expires_at = coalesce(excluded.expires_at, expires_at), last_seen_at = excluded.last_seen_at
                """
        ).execute(arguments: [
            instanceID, backup.id.rawValue, backup.startedAt.description, backup.endedAt?.description,
            backup.kind.rawValue, backup.state.rawValue, backup.remark, backup.size?.bytes,
            backup.expiresAt?.description, at.description, at.description,
        ])
    }

    static func upsert(_ file: BackupFile, backupID: Int64, _ db: Database) throws -> Int64 {
        let statement = try db.cachedStatement(
            sql: """
                INSERT INTO backup_file (backup_id, position, name, size_bytes, sha256) VALUES (?, ?, ?, ?, ?)
                ON CONFLICT (backup_id, position) DO UPDATE SET
                    name = excluded.name, size_bytes = coalesce(excluded.size_bytes, size_bytes),
                    sha256 = coalesce(excluded.sha256, sha256)
                RETURNING id
                """
        )
        let arguments: StatementArguments = [
            backupID, file.position, file.name, file.size?.bytes, file.sha256?.hex,
        ]
        guard let id = try Int64.fetchOne(statement, arguments: arguments) else {
            throw DatabaseError(resultCode: .SQLITE_INTERNAL, message: "no row came back")
        }
        return id
    }
}
