import GRDB
package import WherryCore

/// Copies that are not there any more. Their deliveries stay in the history.
extension Catalog {
    /// Notes that a copy was removed from its sink on purpose: it is not delivered again.
    package func noteRemoved(_ delivery: Int64, at: Timestamp) async throws {
        try await write { db in
            try db.cachedStatement(
                sql: "UPDATE delivery SET removed_at = ?, gone_at = NULL WHERE id = ? AND state = 'delivered'"
            )
            .execute(arguments: [at.description, delivery])
        }
    }

    /// Notes that copies which were found gone are there after all.
    package func noteThere(_ deliveries: [Int64]) async throws {
        try await write { db in
            for delivery in deliveries {
                try db.cachedStatement(sql: "UPDATE delivery SET gone_at = NULL WHERE id = ?")
                    .execute(arguments: [delivery])
            }
        }
    }

    /// Notes that copies were found gone: the next run that wants their backups delivers them again.
    package func noteGone(_ deliveries: [Int64], at: Timestamp) async throws {
        try await write { db in
            for delivery in deliveries {
                try db.cachedStatement(
                    sql: "UPDATE delivery SET gone_at = ? WHERE id = ? AND state = 'delivered' AND removed_at IS NULL"
                ).execute(arguments: [at.description, delivery])
            }
        }
    }
}
