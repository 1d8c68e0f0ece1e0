import GRDB
package import WherryCore

/// What plugins wrote down to find again after a restart.
extension Catalog {
    /// Whose notes.
    package enum PluginKind: String, Sendable, Hashable {
        /// A source.
        case source
        /// A sink.
        case sink
    }

    /// The notes of one plugin whose keys begin so, by key.
    package func notes(of kind: PluginKind, _ name: String, under prefix: String) async throws -> [String: String] {
        try await read { db in
            let rows = try Row.fetchAll(
                db,
                sql: """
                    SELECT key, value FROM plugin_state
                    WHERE kind = ? AND name = ? AND key >= ? AND substr(key, 1, length(?)) = ?
                    """,
                arguments: [kind.rawValue, name, prefix, prefix, prefix]
            )
            return Dictionary(rows.map { ($0[0] as String, $0[1] as String) }) { first, _ in first }
        }
    }

    /// Writes one note; nil removes it.
    package func note(
        _ key: String,
        _ value: String?,
        of kind: PluginKind,
        _ name: String,
        at: Timestamp
    ) async throws {
        try await write { db in
            guard let value else {
                try db.cachedStatement(sql: "DELETE FROM plugin_state WHERE kind = ? AND name = ? AND key = ?")
                    .execute(arguments: [kind.rawValue, name, key])
                return
            }
            try db.cachedStatement(
                sql: """
                    INSERT INTO plugin_state (kind, name, key, value, changed_at) VALUES (?, ?, ?, ?, ?)
                    ON CONFLICT (kind, name, key) DO UPDATE SET value = excluded.value, changed_at = excluded.changed_at
                    """
            ).execute(arguments: [kind.rawValue, name, key, value, at.description])
        }
    }
}
