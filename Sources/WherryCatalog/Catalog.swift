import Foundation
import GRDB
package import WherryCore

/// The SQLite database that keeps every instance, backup, issued URL, run and delivery.
///
/// One per process. Writes of many tasks that come together are committed together (see ``GroupCommit``) and are durable
/// when the call returns: WAL with `synchronous = FULL`. Times come from the caller.
package final class Catalog: Sendable {
    /// The file.
    package let path: String
    let pool: DatabasePool
    /// For ``lookUp(_:)`` alone.
    private let lookUps: DatabaseQueue
    let group: GroupCommit
    let memory = CatalogMemory()

    /// Opens the catalog at `path`, makes it when there is none, and brings its schema up to date.
    ///
    /// The file is made with mode 0600. Before a catalog with rows in it is migrated, a copy is put beside it.
    ///
    /// - Throws: ``Failure``: `conflict` code `catalog.newer` when a newer wherry made it, `corrupt` when it is no
    ///   SQLite database, `exhausted` or `configuration` when it cannot be opened.
    package init(path: String, now: Timestamp) throws {
        self.path = path
        try Self.createPrivately(path)
        var configuration = Configuration()
        configuration.busyMode = .timeout(15)
        configuration.maximumReaderCount = 4
        configuration.label = "wherry.catalog"
        configuration.prepareDatabase { db in
            try db.execute(sql: "PRAGMA temp_store = MEMORY")
        }
        do {
            pool = try DatabasePool(path: path, configuration: configuration)
            try pool.writeWithoutTransaction { db in
                try db.execute(sql: "PRAGMA synchronous = FULL; PRAGMA journal_size_limit = 67108864")
            }
            try SchemaMigrator(pool: pool, path: path).migrate(now: now)
            configuration.readonly = true
            configuration.label = "wherry.catalog.look-ups"
            lookUps = try DatabaseQueue(path: path, configuration: configuration)
        } catch let error as DatabaseError {
            throw Self.failure(error, path: path)
        }
        group = GroupCommit(pool: pool, memory: memory)
    }

    /// Runs `body` in a transaction of its own or shared with others that came at the same time.
    ///
    /// - Parameter changesMemory: whether it changes rows that ``CatalogMemory`` holds.
    func write<Value: Sendable>(
        changesMemory: Bool = true,
        _ body: @escaping @Sendable (Database) throws -> Value
    ) async throws -> Value {
        do {
            return try await group.write(changesMemory: changesMemory, body)
        } catch let error as DatabaseError {
            throw Self.failure(error, path: path)
        }
    }

    /// Reads one consistent snapshot.
    func read<Value: Sendable>(_ body: @escaping @Sendable (Database) throws -> Value) async throws -> Value {
        do {
            return try await pool.read(body)
        } catch let error as DatabaseError {
            throw Self.failure(error, path: path)
        }
    }

    /// Moves the log into the main file; called on a clean end so that one file holds everything.
    package func checkpoint() {
        // A reader in another process may hold it back; the next open finishes the work, so nothing is lost.
        _ = try? pool.writeWithoutTransaction { db in try db.checkpoint(.truncate) }
    }

    /// Looks a few rows up by index with one statement, on the calling thread.
    ///
    /// For what takes microseconds: handing that to a thread of its own and back costs many times more. In WAL mode a
    /// reader never waits for a writer, and a single statement sees one snapshot without a transaction around it.
    ///
    /// It has a connection of its own. Those of the pool are held by tasks that need a thread before they give one back:
    /// if the threads that serve tasks waited here for them, all would wait for ever.
    func lookUp<Value>(_ body: (Database) throws -> Value) throws -> Value {
        do {
            return try lookUps.unsafeRead(body)
        } catch let error as DatabaseError {
            throw Self.failure(error, path: path)
        }
    }

    /// Whether a query is answered now.
    package var isReadable: Bool {
        (try? lookUp { db in try Int.fetchOne(db, sql: "SELECT count(*) FROM (SELECT 1 FROM source LIMIT 1)") }) != nil
    }

    private static func createPrivately(_ path: String) throws {
        let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            throw Failure(
                .configuration,
                code: "catalog.cannot-open",
                "The catalog \(path) cannot be opened: \(String(cString: strerror(errno))).",
                remedy: "Make its folder, or set catalog: to a file that this user may write."
            )
        }
        close(descriptor)
    }

    /// A database error as a failure; it never holds the statement's arguments.
    static func failure(_ error: DatabaseError, path: String) -> Failure {
        let reason = error.message ?? "code \(error.resultCode.rawValue)"
        switch error.resultCode {
        case .SQLITE_BUSY, .SQLITE_LOCKED:
            return Failure(
                .transient,
                code: "catalog.busy",
                "The catalog \(path) is held by another process.",
                remedy: "Try again; if it stays so, look for a long-running sqlite3 shell."
            )
        case .SQLITE_FULL:
            return Failure(
                .exhausted,
                code: "catalog.disk-full",
                "The catalog \(path) has no room to grow.",
                remedy: "Free space on its disk."
            )
        case .SQLITE_NOTADB, .SQLITE_CORRUPT:
            return Failure(
                .corrupt,
                code: "catalog.corrupt",
                "The catalog \(path) is damaged or no SQLite database: \(reason).",
                remedy: "Restore the newest copy beside it, or move it away to start a new one."
            )
        case .SQLITE_READONLY, .SQLITE_CANTOPEN, .SQLITE_PERM, .SQLITE_AUTH:
            return Failure(
                .configuration,
                code: "catalog.cannot-open",
                "The catalog \(path) cannot be written: \(reason).",
                remedy: "Give this user write access to the file and its folder."
            )
        default:
            return Failure(
                .internal,
                code: "catalog.sql",
                "The catalog \(path) refused a statement: \(reason).",
                remedy: "This is a defect: please report it."
            )
        }
    }
}
