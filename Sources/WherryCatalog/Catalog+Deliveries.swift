import GRDB
package import WherryCore

/// Where one backup stands at one sink.
package struct DeliveryStatus: Sendable, Hashable {
    /// The states of a delivery.
    package enum State: String, Sendable, Hashable, CaseIterable {
        /// Under way.
        case running
        /// Stored and verified.
        case delivered
        /// Written down for somebody else to fetch.
        case emitted
        /// Given up for this run.
        case failed
        /// Its process died.
        case interrupted
    }

    /// Its state.
    package var state: State
    /// For emitted ones: until when the instructions work.
    package var validUntil: Timestamp?
    /// Whether somebody looked for a delivered copy and found it gone.
    package var isGone: Bool

    /// A status.
    package init(state: State, validUntil: Timestamp? = nil, isGone: Bool = false) {
        self.state = state
        self.validUntil = validUntil
        self.isGone = isGone
    }
}

/// What became of each backup at each sink.
extension Catalog {
    /// The deliveries of one source's backups to these sinks.
    package func deliveries(
        from source: SourceName,
        to sinks: [SinkName]
    ) async throws -> [Backup.Key: [SinkName: DeliveryStatus]] {
        let wanted = Set(sinks)
        return try await read { db in
            let rows = try Row.fetchCursor(
                db,
                sql: """
                    SELECT i.provider_id, b.provider_id, d.sink, d.state, d.valid_until, d.gone_at IS NOT NULL
                    FROM source AS s
                    JOIN instance AS i ON i.source_id = s.id
                    JOIN backup AS b ON b.instance_id = i.id
                    JOIN delivery AS d ON d.backup_id = b.id
                    WHERE s.name = ?
                    """,
                arguments: [source.rawValue]
            )
            var result: [Backup.Key: [SinkName: DeliveryStatus]] = [:]
            while let row = try rows.next() {
                let sink = SinkName(rawValue: row[2])
                guard wanted.contains(sink), let state = DeliveryStatus.State(rawValue: row[3]) else { continue }
                let key = Backup.Key(instance: .init(rawValue: row[0]), backup: .init(rawValue: row[1]))
                let validUntil = (row[4] as String?).flatMap { Timestamp($0) }
                result[key, default: [:]][sink] = DeliveryStatus(state: state, validUntil: validUntil, isGone: row[5])
            }
            return result
        }
    }

    /// Notes that a delivery starts, or starts again.
    package func beginDelivery(
        of key: Backup.Key,
        from source: SourceName,
        to sink: SinkName,
        job: JobName,
        run: RunID,
        at: Timestamp
    ) async throws -> Int64 {
        try await write { db in
            let backupID = try Self.backupID(key, source: source, db)
            let statement = try db.cachedStatement(
                sql: """
                    INSERT INTO delivery (backup_id, sink, job, run_id, state, attempts, started_at)
                    VALUES (?, ?, ?, ?, 'running', 1, ?)
                    ON CONFLICT (backup_id, sink) DO UPDATE SET
                        job = excluded.job, run_id = excluded.run_id, state = 'running', attempts = attempts + 1,
                        started_at = excluded.started_at, ended_at = NULL, valid_until = NULL,
                        removed_at = NULL, gone_at = NULL,
                        failure_class = NULL, failure_code = NULL, failure_message = NULL
                    RETURNING id
                    """
            )
            let arguments: StatementArguments = [
                backupID, sink.rawValue, job.rawValue, run.rawValue, at.description,
            ]
            guard let id = try Int64.fetchOne(statement, arguments: arguments) else {
                throw DatabaseError(resultCode: .SQLITE_INTERNAL, message: "no row came back")
            }
            return id
        }
    }

    /// Notes that a delivery is tried once more within its run.
    package func retryDelivery(_ delivery: Int64) async throws {
        try await write { db in
            try db.cachedStatement(sql: "UPDATE delivery SET attempts = attempts + 1 WHERE id = ?")
                .execute(arguments: [delivery])
        }
    }

    /// Commits a receipt: the delivery is done.
    package func endDelivery(_ delivery: Int64, with receipt: Receipt, at: Timestamp) async throws {
        try await write { db in
            try db.cachedStatement(sql: "UPDATE delivery SET state = ?, ended_at = ?, valid_until = ? WHERE id = ?")
                .execute(arguments: [
                    receipt.outcome.rawValue, at.description, receipt.validUntil?.description, delivery,
                ])
            for artifact in receipt.artifacts { try Self.upsert(artifact, delivery: delivery, at: at, db) }
        }
    }

    /// Notes that a delivery is given up for this run.
    package func endDelivery(_ delivery: Int64, with failure: Failure, at: Timestamp) async throws {
        try await write { db in
            let state: DeliveryStatus.State = failure.failureClass == .cancelled ? .interrupted : .failed
            try db.cachedStatement(
                sql: """
                    UPDATE delivery SET state = ?, ended_at = ?, failure_class = ?, failure_code = ?, failure_message = ?
                    WHERE id = ?
                    """
            ).execute(arguments: [
                state.rawValue, at.description, failure.failureClass.rawValue, failure.code, failure.message, delivery,
            ])
        }
    }

    /// Turns an emitted delivery into a delivered one when somebody proves to have fetched every file of it.
    ///
    /// - Returns: true when all files of the backup are confirmed now.
    /// - Throws: ``Failure`` of class `notFound` when no such delivery was emitted.
    package func confirm(
        _ key: Backup.Key,
        from source: SourceName,
        to sink: SinkName,
        artifacts: [Artifact],
        at: Timestamp
    ) async throws -> Bool {
        try await write { db in
            let backupID = try Self.backupID(key, source: source, db)
            let row = try Row.fetchOne(
                db,
                sql: "SELECT id, state FROM delivery WHERE backup_id = ? AND sink = ?",
                arguments: [backupID, sink.rawValue]
            )
            guard let row, ["emitted", "delivered"].contains(row[1] as String) else {
                throw Failure(
                    .notFound,
                    code: "delivery.not-emitted",
                    "Nothing was emitted to \(sink) for the backup \(key).",
                    remedy: "Look at `wherry deliveries --sink \(sink)`."
                )
            }
            let delivery: Int64 = row[0]
            try Self.refuseOtherBytes(artifacts, backupID: backupID, key, db)
            for artifact in artifacts { try Self.upsert(artifact, delivery: delivery, at: at, db) }
            let open = try Int.fetchOne(
                db,
                sql: """
                    SELECT count(*) FROM backup_file AS f
                    LEFT JOIN artifact AS a ON a.file_id = f.id AND a.delivery_id = ?
                    WHERE f.backup_id = ? AND a.sha256 IS NULL
                    """,
                arguments: [delivery, backupID]
            )
            guard open == 0 else { return false }
            try db.execute(
                sql: "UPDATE delivery SET state = 'delivered', ended_at = ? WHERE id = ? AND state = 'emitted'",
                arguments: [at.description, delivery]
            )
            return true
        }
    }

    /// What is confirmed must be what the source declared, where it declared anything.
    private static func refuseOtherBytes(
        _ artifacts: [Artifact],
        backupID: Int64,
        _ key: Backup.Key,
        _ db: Database
    ) throws {
        for artifact in artifacts {
            let row = try Row.fetchOne(
                db,
                sql: "SELECT size_bytes, sha256 FROM backup_file WHERE backup_id = ? AND position = ?",
                arguments: [backupID, artifact.position]
            )
            let fits =
                row.map { row in
                    (row[0] as Int64?).map { $0 == artifact.size?.bytes } ?? true
                        && (row[1] as String?).map { $0 == artifact.sha256?.hex } ?? true
                } ?? false
            guard fits else {
                throw Failure(
                    .corrupt,
                    code: "delivery.other-bytes",
                    "File \(artifact.position) of \(key) is confirmed with bytes that its source does not have.",
                    remedy: "Fetch it again; the receipt may be of another run, or was changed."
                )
            }
        }
    }

    private static func upsert(_ artifact: Artifact, delivery: Int64, at: Timestamp, _ db: Database) throws {
        try db.cachedStatement(
            sql: """
                INSERT INTO artifact (delivery_id, file_id, location, size_bytes, sha256, rdb_format, engine_version,
                    dumped_at, rdb_keys, rdb_keys_expiring, rdb_keys_by_type, grade, stages, stored_size_bytes,
                    stored_sha256, recorded_at)
                SELECT d.id, f.id, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?
                FROM delivery AS d JOIN backup_file AS f ON f.backup_id = d.backup_id
                WHERE d.id = ? AND f.position = ?
                ON CONFLICT (delivery_id, file_id) DO UPDATE SET
                    location = excluded.location, size_bytes = excluded.size_bytes, sha256 = excluded.sha256,
                    rdb_format = excluded.rdb_format, engine_version = excluded.engine_version,
                    dumped_at = excluded.dumped_at, rdb_keys = excluded.rdb_keys,
                    rdb_keys_expiring = excluded.rdb_keys_expiring, rdb_keys_by_type = excluded.rdb_keys_by_type,
                    grade = excluded.grade, stages = excluded.stages,
                    stored_size_bytes = excluded.stored_size_bytes, stored_sha256 = excluded.stored_sha256,
                    recorded_at = excluded.recorded_at
                """
        ).execute(arguments: [
            artifact.location, artifact.size?.bytes, artifact.sha256?.hex, artifact.rdb?.format,
            artifact.rdb?.engineVersion, artifact.rdb?.createdAt?.description, artifact.rdb?.keys?.total,
            artifact.rdb?.keys?.expiring, artifact.rdb?.keys?.json, artifact.grade?.rawValue,
            artifact.stored?.stages.joined(separator: " "), artifact.stored?.size.bytes, artifact.stored?.sha256.hex,
            at.description, delivery, artifact.position,
        ])
    }
}

extension KeyCounts {
    /// The counts by type as a JSON object, sorted: the names are the engine's words, without anything to escape.
    fileprivate var json: String {
        "{" + byType.sorted { $0.key < $1.key }.map { "\"\($0)\": \($1)" }.joined(separator: ", ") + "}"
    }
}
