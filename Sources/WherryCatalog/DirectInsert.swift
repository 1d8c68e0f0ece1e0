import GRDB
import GRDBSQLite

/// Runs one prepared INSERT with values bound one after the other, for the rows of which there are thousands a second.
///
/// What SQLite does takes a few microseconds; boxing each value first would take as many again.
struct DirectInsert {
    /// Takes a row's values, in the order of the statement's question marks.
    struct Row: ~Copyable {
        private let statement: OpaquePointer
        private var position: Int32 = 0

        fileprivate init(_ statement: OpaquePointer) { self.statement = statement }

        /// A number.
        mutating func bind(_ value: Int64?) {
            position += 1
            // A place that does not exist stays without a value, and the statement fails for it.
            if let value { sqlite3_bind_int64(statement, position, value) }
        }

        /// A number.
        mutating func bind(_ value: Double) {
            position += 1
            sqlite3_bind_double(statement, position, value)
        }

        /// A text, which SQLite copies.
        mutating func bind(_ value: String?) {
            position += 1
            guard var value else { return }
            let transient = unsafeBitCast(-1, to: sqlite3_destructor_type.self)
            value.withUTF8 { bytes in
                _ = bytes.withMemoryRebound(to: CChar.self) { characters in
                    // Without an address it would be NULL.
                    guard let text = characters.baseAddress else {
                        return sqlite3_bind_text(statement, position, "", 0, transient)
                    }
                    return sqlite3_bind_text(statement, position, text, Int32(characters.count), transient)
                }
            }
        }
    }

    private let statement: OpaquePointer
    private let database: OpaquePointer?

    /// For a statement of a connection.
    init(_ statement: Statement, _ db: Database) {
        self.statement = statement.sqliteStatement
        database = db.sqliteConnection
    }

    /// Inserts a row; what is not bound is NULL.
    ///
    /// - Throws: `DatabaseError`.
    func run(_ fill: (inout Row) -> Void) throws {
        sqlite3_reset(statement)
        sqlite3_clear_bindings(statement)
        var row = Row(statement)
        fill(&row)
        let code = sqlite3_step(statement)
        guard code == SQLITE_DONE else {
            let message = sqlite3_errmsg(database).map { String(cString: $0) }
            sqlite3_reset(statement)
            throw DatabaseError(resultCode: ResultCode(rawValue: code), message: message)
        }
        sqlite3_reset(statement)
    }
}
