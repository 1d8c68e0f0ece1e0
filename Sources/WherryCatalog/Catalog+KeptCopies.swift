import GRDB
package import WherryCore

/// What is to be known of a copy before anybody decides whether it stays.
package struct KeptCopy: Sendable, Hashable {
    /// The row of its delivery.
    package var delivery: Int64
    /// The source of its instance.
    package var source: SourceName
    /// Its backup.
    package var key: Backup.Key
    /// When the backup was begun.
    package var startedAt: Timestamp
    /// Bytes in the sink; nil when nobody knows.
    package var size: Int64?
    /// Whether a copy of each file of the backup is known.
    package var isComplete: Bool
    /// Whether the last try to prove it since it was delivered found it damaged or gone.
    package var isDoubtful: Bool
}

extension Catalog {
    /// The copies in a sink that are neither removed nor known to be gone: instance by instance, the newest first.
    package func keptCopies(in sink: SinkName) async throws -> [KeptCopy] {
        try await read { db in
            try Row.fetchAll(
                db,
                sql: """
                    SELECT d.id, s.name, i.provider_id, b.provider_id, b.started_at,
                        (SELECT sum(coalesce(a.stored_size_bytes, a.size_bytes)) FROM artifact AS a WHERE a.delivery_id = d.id),
                        (SELECT count(*) FROM artifact AS a WHERE a.delivery_id = d.id)
                            >= max(1, (SELECT count(*) FROM backup_file AS f WHERE f.backup_id = b.id)),
                        coalesce((SELECT p.failure_class IN ('corrupt', 'not-found') FROM restore_proof AS p
                            WHERE p.delivery_id = d.id AND p.at >= d.ended_at
                                AND (p.outcome = 'proven' OR p.failure_class IN ('corrupt', 'not-found'))
                            ORDER BY p.id DESC LIMIT 1), 0)
                    FROM delivery AS d JOIN backup AS b ON b.id = d.backup_id JOIN instance AS i ON i.id = b.instance_id
                    JOIN source AS s ON s.id = i.source_id
                    WHERE d.sink = ? AND d.state = 'delivered' AND d.removed_at IS NULL AND d.gone_at IS NULL
                    ORDER BY s.name, i.provider_id, b.started_at DESC, d.ended_at DESC, d.id DESC
                    """,
                arguments: [sink.rawValue]
            ).compactMap { row in
                guard let startedAt = Timestamp(row[4]) else { return nil }
                return KeptCopy(
                    delivery: row[0],
                    source: SourceName(rawValue: row[1]),
                    key: Backup.Key(instance: .init(rawValue: row[2]), backup: .init(rawValue: row[3])),
                    startedAt: startedAt,
                    size: row[5],
                    isComplete: row[6],
                    isDoubtful: row[7]
                )
            }
        }
    }

    /// What the sink said when it had stored a copy.
    package func receipt(of delivery: Int64) async throws -> Receipt {
        try await read { db in
            let rows = try Row.fetchAll(
                db,
                sql: """
                    SELECT f.position AS shard, a.location, a.size_bytes, a.sha256, a.stages, a.stored_size_bytes, a.stored_sha256
                    FROM artifact AS a JOIN backup_file AS f ON f.id = a.file_id
                    WHERE a.delivery_id = ? ORDER BY f.position
                    """,
                arguments: [delivery]
            )
            return Receipt(outcome: .delivered, artifacts: rows.map { Self.artifact($0) })
        }
    }

    /// Whether a place of this copy is one of another copy's, too, in whatever sink: removing the one would remove both.
    package func sharesPlace(_ delivery: Int64) async throws -> Bool {
        try await read { db in
            try Bool.fetchOne(
                db,
                sql: """
                    SELECT EXISTS (
                        SELECT 1 FROM artifact AS a
                        JOIN artifact AS o ON o.location = a.location AND o.delivery_id <> a.delivery_id
                        JOIN delivery AS d ON d.id = o.delivery_id
                        WHERE a.delivery_id = ? AND d.state IN ('delivered', 'running') AND d.removed_at IS NULL
                    )
                    """,
                arguments: [delivery]
            ) ?? false
        }
    }
}
