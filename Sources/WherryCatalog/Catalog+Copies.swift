import GRDB
package import WherryCore

/// A backup that was delivered to a sink, with what the sink's receipt said.
package struct StoredCopy: Sendable, Hashable {
    /// The row of the delivery.
    package var delivery: Int64
    /// The row of the backup: of two that were started in one second, the later one has the larger.
    package var backup: Int64
    /// The source whose instance it is of.
    package var source: SourceName
    /// The backup.
    package var key: Backup.Key
    /// When the backup was started.
    package var startedAt: Timestamp
    /// The sink.
    package var sink: SinkName
    /// When.
    package var deliveredAt: Timestamp
    /// One artifact a file.
    package var receipt: Receipt
    /// How many keys each file held when it was delivered, by position; none for those that nobody could count.
    package var keys: [Int: Int64]
    /// Whether somebody looked for it and found it gone.
    package var isGone: Bool
    /// How many files the backup has.
    package var files: Int

    /// - Throws: ``Failure`` `restore.incomplete` of class `not-found` when the catalog knows a copy of some files only.
    package func requireAllFiles() throws {
        guard receipt.artifacts.count < files else { return }
        throw Failure(
            .notFound,
            code: "restore.incomplete",
            "Of the \(files) files of \(key) only \(receipt.artifacts.count) are known to be in \(sink).",
            remedy: "Take the copy of another sink, or another backup."
        )
    }
}

/// Where the bytes ended up.
extension Catalog {
    /// What was delivered and not removed since, by sink, the newest first.
    ///
    /// - Parameters:
    ///   - sink: only to this one.
    ///   - instance: only of this one.
    ///   - since: only what was delivered from then on.
    ///   - includesGone: whether copies that somebody found gone are told, too.
    package func copies(
        in sink: SinkName?,
        of instance: Instance.ID? = nil,
        since: Timestamp? = nil,
        includingGone includesGone: Bool = false
    ) async throws -> [StoredCopy] {
        try await read { db in
            var copies: [StoredCopy] = []
            var last: Int64?
            let rows = try Row.fetchCursor(
                db,
                sql: """
                    SELECT delivery_id, instance, backup, sink, ended_at, shard, location, size_bytes, sha256, stages,
                        stored_size_bytes, stored_sha256, source, backup_started_at, keys,
                        (SELECT backup_id FROM delivery WHERE delivery.id = delivery_id), gone_at,
                        (SELECT count(*) FROM backup_file AS e JOIN delivery AS w ON w.backup_id = e.backup_id
                            WHERE w.id = delivery_id)
                    FROM delivery_history
                    WHERE state = 'delivered' AND removed_at IS NULL AND (gone_at IS NULL OR ?) AND shard IS NOT NULL
                        AND sink = coalesce(?, sink)
                        AND instance = coalesce(?, instance) AND ended_at >= coalesce(?, ended_at)
                    ORDER BY sink, ended_at DESC, delivery_id, shard
                    """,
                arguments: [includesGone, sink?.rawValue, instance?.rawValue, since?.description]
            )
            while let row = try rows.next() {
                let delivery: Int64 = row[0]
                if delivery != last {
                    copies.append(
                        StoredCopy(
                            delivery: delivery,
                            backup: row[15],
                            source: SourceName(rawValue: row[12]),
                            key: Backup.Key(
                                instance: Instance.ID(rawValue: row[1]),
                                backup: Backup.ID(rawValue: row[2])
                            ),
                            startedAt: (row[13] as String?).flatMap { Timestamp($0) } ?? Timestamp(seconds: 0),
                            sink: SinkName(rawValue: row[3]),
                            deliveredAt: (row[4] as String?).flatMap { Timestamp($0) } ?? Timestamp(seconds: 0),
                            receipt: Receipt(outcome: .delivered, artifacts: []),
                            keys: [:],
                            isGone: row[16] != nil,
                            files: row[17]
                        )
                    )
                    last = delivery
                }
                let artifact = Self.artifact(row)
                copies[copies.count - 1].receipt.artifacts.append(artifact)
                if let keys: Int64 = row[14] { copies[copies.count - 1].keys[artifact.position] = keys }
            }
            return copies
        }
    }

    /// What a row with the columns of `delivery_history` says of a stored file.
    static func artifact(_ row: Row) -> Artifact {
        var stored: StoredForm?
        if let stages: String = row["stages"], let size: Int64 = row["stored_size_bytes"],
            let digest = (row["stored_sha256"] as String?).flatMap({ SHA256Digest(hex: $0) })
        {
            stored = StoredForm(
                stages: stages.split(separator: " ").map(String.init),
                size: ByteCount(size),
                sha256: digest
            )
        }
        return Artifact(
            position: row["shard"],
            location: row["location"],
            size: (row["size_bytes"] as Int64?).map { ByteCount($0) },
            sha256: (row["sha256"] as String?).flatMap { SHA256Digest(hex: $0) },
            stored: stored
        )
    }
}
