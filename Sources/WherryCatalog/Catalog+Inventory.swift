import GRDB
package import WherryCore

/// What the catalog has of one source, for sources that keep their own backups and for resolving without a listing.
extension Catalog {
    /// Every instance of a source, by id.
    package func instances(of source: SourceName) async throws -> [Instance] {
        try await read { db in
            try Row.fetchAll(
                db,
                sql: "SELECT \(Self.instanceColumns) WHERE s.name = ? ORDER BY i.provider_id",
                arguments: [source.rawValue]
            ).map(Self.instance)
        }
    }

    /// One instance; nil when it was never seen.
    package func instance(_ id: Instance.ID, of source: SourceName) async throws -> Instance? {
        try memory.value(.init(kind: .instance, source: source.rawValue, instance: id.rawValue)) {
            try lookUp { db in
                let statement = try db.cachedStatement(
                    sql: "SELECT \(Self.instanceColumns) WHERE s.name = ? AND i.provider_id = ?"
                )
                return try Row.fetchOne(statement, arguments: [source.rawValue, id.rawValue]).map(Self.instance)
            }
        }
    }

    /// The backups of an instance, newest first.
    package func backups(of instance: Instance.ID, in source: SourceName) async throws -> [Backup] {
        try await read { db in
            let statement = try db.cachedStatement(
                sql:
                    "SELECT \(Self.backupColumns) WHERE s.name = ? AND i.provider_id = ? ORDER BY b.started_at DESC, b.id DESC"
            )
            return try Row.fetchAll(statement, arguments: [source.rawValue, instance.rawValue]).compactMap(Self.backup)
        }
    }

    /// One backup; nil when it was never seen.
    package func backup(_ key: Backup.Key, in source: SourceName) async throws -> Backup? {
        try memory.value(Self.memoryKey(.backup, key, source)) {
            try lookUp { db in
                let statement = try db.cachedStatement(
                    sql: "SELECT \(Self.backupColumns) WHERE s.name = ? AND i.provider_id = ? AND b.provider_id = ?"
                )
                let arguments: StatementArguments = [source.rawValue, key.instance.rawValue, key.backup.rawValue]
                return try Row.fetchOne(statement, arguments: arguments).flatMap(Self.backup)
            }
        }
    }

    /// The files of a backup, by position; empty when none were recorded.
    package func files(of key: Backup.Key, in source: SourceName) async throws -> [BackupFile] {
        try recordedFiles(of: key, in: source).map(\.file)
    }

    /// The files of a backup with their rows, by position; empty when none were recorded.
    func recordedFiles(of key: Backup.Key, in source: SourceName) throws -> [(id: Int64, file: BackupFile)] {
        try memory.value(Self.memoryKey(.files, key, source)) {
            try lookUp { db in
                let statement = try db.cachedStatement(
                    sql: """
                        SELECT f.id, f.position, f.name, f.size_bytes, f.sha256
                        FROM backup_file AS f JOIN backup AS b ON b.id = f.backup_id
                        JOIN instance AS i ON i.id = b.instance_id JOIN source AS s ON s.id = i.source_id
                        WHERE s.name = ? AND i.provider_id = ? AND b.provider_id = ? ORDER BY f.position
                        """
                )
                let arguments: StatementArguments = [source.rawValue, key.instance.rawValue, key.backup.rawValue]
                return try Row.fetchAll(statement, arguments: arguments).map { row in
                    let file = BackupFile(
                        position: row[1],
                        name: row[2],
                        size: (row[3] as Int64?).map { ByteCount($0) },
                        sha256: (row[4] as String?).flatMap { SHA256Digest(hex: $0) }
                    )
                    return (row[0], file)
                }
            }
        }
    }

    private static func memoryKey(
        _ kind: CatalogMemory.Key.Kind,
        _ key: Backup.Key,
        _ source: SourceName
    ) -> CatalogMemory.Key {
        .init(kind: kind, source: source.rawValue, instance: key.instance.rawValue, backup: key.backup.rawValue)
    }

    private static let instanceColumns = """
        i.provider_id, i.name, i.topology, i.state, i.engine, i.region, i.memory_bytes, i.created_at
        FROM instance AS i JOIN source AS s ON s.id = i.source_id
        """

    private static let backupColumns = """
        b.provider_id, i.provider_id, b.started_at, b.ended_at, b.kind, b.state, b.remark, b.size_bytes, b.expires_at
        FROM backup AS b JOIN instance AS i ON i.id = b.instance_id JOIN source AS s ON s.id = i.source_id
        """

    private static func instance(_ row: Row) -> Instance {
        Instance(
            id: .init(rawValue: row[0]),
            name: row[1],
            topology: Instance.Topology(rawValue: row[2]) ?? .unknown,
            state: Instance.State(rawValue: row[3]) ?? .unknown,
            engine: row[4],
            region: row[5],
            memory: (row[6] as Int64?).map { ByteCount($0) },
            createdAt: (row[7] as String?).flatMap { Timestamp($0) }
        )
    }

    private static func backup(_ row: Row) -> Backup? {
        guard let startedAt = Timestamp(row[2]) else { return nil }
        return Backup(
            id: .init(rawValue: row[0]),
            instance: .init(rawValue: row[1]),
            startedAt: startedAt,
            endedAt: (row[3] as String?).flatMap { Timestamp($0) },
            kind: Backup.Kind(rawValue: row[4]) ?? .other,
            state: Backup.State(rawValue: row[5]) ?? .unknown,
            remark: row[6],
            size: (row[7] as Int64?).map { ByteCount($0) },
            expiresAt: (row[8] as String?).flatMap { Timestamp($0) }
        )
    }
}
