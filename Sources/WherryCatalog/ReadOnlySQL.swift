import GRDBSQLite
import WherryCore

/// Runs a person's SQL on a catalog without any chance to change it or to run for ever.
///
/// The file is opened read-only, `query_only` is on, an authorizer lets through only reading (no ATTACH, no PRAGMA but a
/// few that describe the schema, no extension loading), and a progress handler ends a query at its deadline. It talks to
/// SQLite directly because GRDB keeps the authorizer for itself.
package final class ReadOnlySQL {
    private let database: OpaquePointer
    private let path: String
    private let revealsURLs: Bool
    /// Set by the authorizer: SQLite reports some refusals as plain errors.
    private let isRefused: UnsafeMutablePointer<Bool>

    /// Opens the catalog at `path`.
    ///
    /// - Parameter revealsURLs: whether a query may read whole URLs out of `issued_url`; otherwise they read as NULL.
    /// - Throws: ``Failure`` of class `notFound` when there is no such file.
    package init(path: String, revealsURLs: Bool = false) throws {
        var handle: OpaquePointer?
        let code = sqlite3_open_v2(path, &handle, SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX, nil)
        guard code == SQLITE_OK, let handle else {
            sqlite3_close(handle)
            throw Failure(
                .notFound,
                code: "catalog.cannot-open",
                "There is no catalog at \(path), or it cannot be read.",
                remedy: "Run `wherry check` or `wherry run` first, or name the right configuration with --config."
            )
        }
        database = handle
        self.path = path
        self.revealsURLs = revealsURLs
        sqlite3_busy_timeout(handle, 5_000)
        sqlite3_exec(handle, "PRAGMA query_only = 1; PRAGMA trusted_schema = 0", nil, nil, nil)
        sqlite3_limit(handle, SQLITE_LIMIT_LENGTH, 64 << 20)
        isRefused = .allocate(capacity: 1)
        isRefused.initialize(to: false)
        sqlite3_set_authorizer(handle, revealsURLs ? authorizeAll : authorizeRedacted, isRefused)
    }

    deinit {
        sqlite3_close(database)
        isRefused.deallocate()
    }

    /// Runs one statement and collects at most `rowLimit` rows within `timeLimit`.
    ///
    /// - Throws: ``Failure`` of class `usage`: code `sql.refused` when the statement is not pure reading, `sql.syntax`
    ///   when it cannot be read, `sql.timeout` when it took too long.
    /// - Parameter arguments: the texts for the statement's `?` parameters, in order.
    package func run(
        _ sql: String,
        arguments: [String] = [],
        rowLimit: Int,
        timeLimit: Duration
    ) throws -> ResultTable {
        let deadline = ContinuousClock.now + timeLimit
        return try withUnsafePointer(to: deadline) { deadline in
            let context = UnsafeMutableRawPointer(mutating: UnsafeRawPointer(deadline))
            sqlite3_progress_handler(database, 10_000, { isPast($0) }, context)
            defer { sqlite3_progress_handler(database, 0, nil, nil) }
            let statement = try prepare(sql)
            defer { sqlite3_finalize(statement) }
            for (index, argument) in arguments.enumerated() {
                sqlite3_bind_text(statement, Int32(index + 1), argument, -1, copied)
            }
            return try collect(statement, rowLimit: rowLimit, timeLimit: timeLimit)
        }
    }

    private func prepare(_ sql: String) throws -> OpaquePointer {
        var statement: OpaquePointer?
        var isMore = false
        try refuseDisguise(sql)
        isRefused.pointee = false
        let code = sql.withCString { text in
            var tail: UnsafePointer<CChar>?
            let code = sqlite3_prepare_v2(database, text, -1, &statement, &tail)
            if let tail { isMore = isStatement(tail) }
            return code
        }
        guard code == SQLITE_OK else { throw failure(code, timeLimit: .zero) }
        guard let statement else {
            throw Failure(.usage, code: "sql.syntax", "There is no statement in the text.", remedy: "Write a SELECT.")
        }
        guard !isMore else {
            sqlite3_finalize(statement)
            throw Failure(
                .usage,
                code: "sql.syntax",
                "There is more than one statement in the text.",
                remedy: "Run them one by one."
            )
        }
        guard sqlite3_stmt_readonly(statement) != 0 else {
            sqlite3_finalize(statement)
            throw refused
        }
        return statement
    }

    /// Whether there is more in a text than space, semicolons and comments.
    private func isStatement(_ text: UnsafePointer<CChar>) -> Bool {
        var text = text
        while text.pointee != 0 {
            var statement: OpaquePointer?
            var tail: UnsafePointer<CChar>?
            let code = sqlite3_prepare_v2(database, text, -1, &statement, &tail)
            sqlite3_finalize(statement)
            guard code == SQLITE_OK, statement == nil, let tail, tail > text else { return true }
            text = tail
        }
        return false
    }

    /// Refuses a WITH that may call itself redacted_url: SQLite would tell the authorizer that the view is reading.
    private func refuseDisguise(_ sql: String) throws {
        let text = sql.lowercased().utf8
        guard !revealsURLs, text.firstRange(of: "redacted_url".utf8) != nil, text.firstRange(of: "with".utf8) != nil
        else { return }
        throw Failure(
            .usage,
            code: "sql.refused",
            "A query that names redacted_url may not have a WITH.",
            remedy: "Read url_history instead, or write the WITH as a subquery."
        )
    }

    private func collect(_ statement: OpaquePointer, rowLimit: Int, timeLimit: Duration) throws -> ResultTable {
        let count = sqlite3_column_count(statement)
        var table = ResultTable(columns: (0..<count).map { String(cString: sqlite3_column_name(statement, $0)) })
        while true {
            let code = sqlite3_step(statement)
            if code == SQLITE_DONE { return table }
            guard code == SQLITE_ROW else { throw failure(code, timeLimit: timeLimit) }
            guard table.rows.count < rowLimit else {
                table.isCut = true
                return table
            }
            table.rows.append((0..<count).map { cell(statement, $0) })
        }
    }

    private func cell(_ statement: OpaquePointer, _ column: Int32) -> ResultTable.Cell {
        switch sqlite3_column_type(statement, column) {
        case SQLITE_INTEGER: .integer(sqlite3_column_int64(statement, column))
        case SQLITE_FLOAT: .real(sqlite3_column_double(statement, column))
        case SQLITE_TEXT: .text(String(decoding: bytes(statement, column), as: UTF8.self))
        case SQLITE_BLOB: .blob(Array(bytes(statement, column)))
        default: .null
        }
    }

    private func bytes(_ statement: OpaquePointer, _ column: Int32) -> UnsafeRawBufferPointer {
        let start = sqlite3_column_blob(statement, column)
        return UnsafeRawBufferPointer(
            start: start,
            count: start == nil ? 0 : Int(sqlite3_column_bytes(statement, column))
        )
    }

    private var refused: Failure {
        Failure(
            .usage,
            code: "sql.refused",
            "Only statements that read are allowed here.",
            remedy: "Write a SELECT; see docs/catalog.md for views and example queries."
        )
    }

    private func failure(_ code: Int32, timeLimit: Duration) -> Failure {
        if isRefused.pointee { return refused }
        return switch code & 0xFF {
        case SQLITE_AUTH, SQLITE_READONLY: refused
        case SQLITE_INTERRUPT:
            Failure(
                .usage,
                code: "sql.timeout",
                "The query was stopped after \(timeLimit.wholeSeconds) s.",
                remedy: "Narrow it with WHERE or LIMIT, or raise --timeout."
            )
        case SQLITE_NOTADB, SQLITE_CORRUPT:
            Failure(
                .corrupt,
                code: "catalog.corrupt",
                "The file \(path) is damaged or no SQLite database.",
                remedy: "Name the right configuration with --config."
            )
        case SQLITE_BUSY:
            Failure(.transient, code: "catalog.busy", "The catalog \(path) is busy.", remedy: "Try again.")
        default:
            Failure(
                .usage,
                code: "sql.syntax",
                "SQLite says: \(String(cString: sqlite3_errmsg(database))).",
                remedy: "See docs/catalog.md for views and columns, or run `wherry sql --list`."
            )
        }
    }
}

/// SQLITE_TRANSIENT, which the importer cannot express: SQLite makes a copy of its own.
private let copied = unsafeBitCast(-1, to: sqlite3_destructor_type.self)

private func isPast(_ context: UnsafeMutableRawPointer?) -> Int32 {
    guard let deadline = context?.assumingMemoryBound(to: ContinuousClock.Instant.self).pointee else { return 1 }
    return ContinuousClock.now >= deadline ? 1 : 0
}

private let describingPragmas: Set<String> = [
    "table_info", "table_xinfo", "table_list", "index_list", "index_info", "index_xinfo", "foreign_key_list",
    "user_version", "database_list", "integrity_check", "quick_check", "compile_options",
]

private typealias Authorizer =
    @convention(c) (
        UnsafeMutableRawPointer?, Int32, UnsafePointer<CChar>?, UnsafePointer<CChar>?, UnsafePointer<CChar>?,
        UnsafePointer<CChar>?
    ) -> Int32

private let authorizeAll: Authorizer = { context, action, first, second, _, accessor in
    noted(authorize(action, first, second, accessor, hidesURLs: false), context)
}

private let authorizeRedacted: Authorizer = { context, action, first, second, _, accessor in
    noted(authorize(action, first, second, accessor, hidesURLs: true), context)
}

private func noted(_ verdict: Int32, _ context: UnsafeMutableRawPointer?) -> Int32 {
    if verdict == SQLITE_DENY { context?.assumingMemoryBound(to: Bool.self).pointee = true }
    return verdict
}

/// The verdict on one thing that a statement wants to do (sqlite.org: sqlite3_set_authorizer).
private func authorize(
    _ action: Int32,
    _ first: UnsafePointer<CChar>?,
    _ second: UnsafePointer<CChar>?,
    _ accessor: UnsafePointer<CChar>?,
    hidesURLs: Bool
) -> Int32 {
    func text(_ pointer: UnsafePointer<CChar>?) -> String { pointer.map { String(cString: $0).lowercased() } ?? "" }
    switch action {
    case SQLITE_SELECT, SQLITE_RECURSIVE:
        return SQLITE_OK
    case SQLITE_READ:
        // The file's raw pages hold everything.
        if hidesURLs, text(first).hasPrefix("sqlite_db") { return SQLITE_DENY }
        // A table's whole URL is for the view that redacts it; a direct read gets NULL.
        let isURL = text(first) == "issued_url" && text(second).hasSuffix("tranet_url")
        return hidesURLs && isURL && text(accessor) != "redacted_url" ? SQLITE_IGNORE : SQLITE_OK
    case SQLITE_FUNCTION:
        return text(second) == "load_extension" ? SQLITE_DENY : SQLITE_OK
    case SQLITE_PRAGMA:
        // user_version and its like change something when they are given a value.
        let takesArgument = ["user_version"].contains(text(first)) && second != nil
        return describingPragmas.contains(text(first)) && !takesArgument ? SQLITE_OK : SQLITE_DENY
    default:
        return SQLITE_DENY
    }
}
