import GRDB
package import WherryCore

/// A backup that was delivered to a sink, with what the sink's receipt said.
package struct StoredCopy: Sendable, Hashable {
    /// The source.
    package var source: SourceName
    /// The backup.
    package var key: Backup.Key
    /// The sink.
    package var sink: SinkName
    /// When.
    package var deliveredAt: Timestamp
    /// One artifact a file.
    package var receipt: Receipt
}

/// Where the bytes ended up.
extension Catalog {
    /// What was delivered, by sink, the newest first.
    ///
    /// - Parameters:
    ///   - sink: only to this one.
    ///   - instance: only of this one.
    ///   - since: only what was delivered from then on.
    package func copies(
        in sink: SinkName?,
        of instance: Instance.ID? = nil,
        since: Timestamp? = nil
    ) async throws -> [StoredCopy] {
        try await read { db in
            var copies: [StoredCopy] = []
            var last: Int64?
            let rows = try Row.fetchCursor(
                db,
                sql: """
                    SELECT d.id, s.name, i.provider_id, b.provider_id, d.sink, d.ended_at, f.position, a.location,
                        a.size_bytes, a.sha256, a.stages, a.stored_size_bytes, a.stored_sha256
                    FROM delivery AS d
                    JOIN backup AS b ON b.id = d.backup_id
                    JOIN instance AS i ON i.id = b.instance_id
                    JOIN source AS s ON s.id = i.source_id
                    JOIN artifact AS a ON a.delivery_id = d.id
                    JOIN backup_file AS f ON f.id = a.file_id
                    WHERE d.state = 'delivered' AND d.sink = coalesce(?, d.sink)
                        AND i.provider_id = coalesce(?, i.provider_id) AND d.ended_at >= coalesce(?, d.ended_at)
                    ORDER BY d.sink, d.ended_at DESC, d.id, f.position
                    """,
                arguments: [sink?.rawValue, instance?.rawValue, since?.description]
            )
            while let row = try rows.next() {
                let delivery: Int64 = row[0]
                if delivery != last {
                    copies.append(
                        StoredCopy(
                            source: SourceName(rawValue: row[1]),
                            key: Backup.Key(
                                instance: Instance.ID(rawValue: row[2]),
                                backup: Backup.ID(rawValue: row[3])
                            ),
                            sink: SinkName(rawValue: row[4]),
                            deliveredAt: (row[5] as String?).flatMap { Timestamp($0) } ?? Timestamp(seconds: 0),
                            receipt: Receipt(outcome: .delivered, artifacts: [])
                        )
                    )
                    last = delivery
                }
                copies[copies.count - 1].receipt.artifacts.append(Self.artifact(row))
            }
            return copies
        }
    }

    private static func artifact(_ row: Row) -> Artifact {
        var stored: StoredForm?
        if let stages: String = row[10], let size: Int64 = row[11],
            let digest = (row[12] as String?).flatMap({ SHA256Digest(hex: $0) })
        {
            stored = StoredForm(
                stages: stages.split(separator: " ").map(String.init),
                size: ByteCount(size),
                sha256: digest
            )
        }
        return Artifact(
            position: row[6],
            location: row[7],
            size: (row[8] as Int64?).map { ByteCount($0) },
            sha256: (row[9] as String?).flatMap { SHA256Digest(hex: $0) },
            stored: stored
        )
    }
}
