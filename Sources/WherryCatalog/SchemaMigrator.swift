import Crypto
import GRDB
import Migrations
import WherryCore

/// Brings a catalog's schema up to date under `PRAGMA user_version`, so that files applied by hand count too.
struct SchemaMigrator {
    let pool: DatabasePool
    let path: String
    var migrations = Migration.all

    /// Applies what is missing, one transaction a file.
    ///
    /// - Throws: ``Failure`` of class `conflict`, code `catalog.newer`, when the catalog is newer than this program;
    ///   code `catalog.not-ours`, when it is another program's.
    func migrate(now: Timestamp) throws {
        let known = migrations.last?.version ?? 0
        var version = try currentVersion()
        if version > known {
            throw Failure(
                .conflict,
                code: "catalog.newer",
                "The catalog \(path) has schema version \(version); this wherry knows versions up to \(known).",
                remedy: "Use the newer wherry that made it, or the copy it left beside the catalog."
            )
        }
        if version == 0, try holdsTables() {
            throw Failure(
                .conflict,
                code: "catalog.not-ours",
                "The database \(path) belongs to another program: it has tables, but none of wherry's.",
                remedy: "Set catalog: to a file of its own."
            )
        }
        if version > 0, version < known { try keepCopy(of: version, now: now) }
        for migration in migrations where migration.version > version {
            try apply(migration, now: now)
        }
        version = try currentVersion()
        try noteHandApplied(upTo: version, now: now)
    }

    private func currentVersion() throws -> Int {
        try pool.read { db in try Int.fetchOne(db, sql: "PRAGMA user_version") ?? 0 }
    }

    /// Whether the database has any table.
    private func holdsTables() throws -> Bool {
        try pool.read { db in
            let count = try Int.fetchOne(db, sql: "SELECT count(*) FROM sqlite_master WHERE type = 'table'") ?? 0
            let version = try Int.fetchOne(db, sql: "PRAGMA user_version") ?? 0
            return count > 0 && version == 0
        }
    }

    /// `VACUUM INTO` a file beside the catalog: consistent even while others write, and compact.
    private func keepCopy(of version: Int, now: Timestamp) throws {
        let stem = "\(path).v\(version)-\(now.compact)"
        let names = ["\(stem).bak"] + (2...9).map { "\(stem)-\($0).bak" }
        // VACUUM INTO takes an empty file as it is, so the copy has mode 0600 from its first byte on.
        guard let copy = names.first(where: makePrivateFile) else {
            throw Failure(
                .configuration,
                code: "catalog.no-copy",
                "No copy of the catalog could be put at \(names[0]) before its migration.",
                remedy: "Give this user write access to the catalog's folder."
            )
        }
        try pool.writeWithoutTransaction { db in
            try db.execute(sql: "VACUUM INTO ?", arguments: [copy])
        }
    }

    private func apply(_ migration: Migration, now: Timestamp) throws {
        try pool.writeWithoutTransaction { db in
            // Inside a transaction this pragma does nothing (SQLite: pragma foreign_keys), so it goes around it.
            try db.execute(sql: "PRAGMA foreign_keys = OFF")
            defer { try? db.execute(sql: "PRAGMA foreign_keys = ON") }
            try db.inTransaction(.immediate) {
                // Another process may have been faster.
                if try Int.fetchOne(db, sql: "PRAGMA user_version") ?? 0 >= migration.version { return .commit }
                try db.execute(sql: migration.sql)
                try db.checkForeignKeys()
                guard try Int.fetchOne(db, sql: "PRAGMA user_version") == migration.version else {
                    throw Failure(
                        .internal,
                        code: "catalog.migration",
                        "The migration \(migration.name) does not end with its version.",
                        remedy: "This is a defect: please report it."
                    )
                }
                try note(migration, db, now: now)
                return .commit
            }
        }
    }

    private func noteHandApplied(upTo version: Int, now: Timestamp) throws {
        let noted = try pool.read { db in try Set(Int.fetchAll(db, sql: "SELECT version FROM schema_history")) }
        let missing = migrations.filter { $0.version <= version && !noted.contains($0.version) }
        guard !missing.isEmpty else { return }
        try pool.write { db in for migration in missing { try note(migration, db, now: now) } }
    }

    private func note(_ migration: Migration, _ db: Database, now: Timestamp) throws {
        let digest = SHA256Digest(bytes: SHA256.hash(data: migration.bytes))
        try db.execute(
            sql: "INSERT OR IGNORE INTO schema_history (version, name, sha256, applied_at) VALUES (?, ?, ?, ?)",
            arguments: [migration.version, migration.name, digest?.hex, now.description]
        )
    }
}
