import GRDB
package import WherryCore

/// What came of proving that one copy restores.
package struct RestoreProof: Sendable, Hashable {
    /// The row of the delivery that made the copy.
    package var delivery: Int64
    /// When it was done.
    package var at: Timestamp
    /// The server that loaded it, `redis` or `valkey`, and its version; nil when it did not come so far.
    package var server: String?
    package var serverVersion: String?
    /// How many files the server has loaded.
    package var files = 0
    /// The keys that it loaded, and those that had expired meanwhile, over all files; nil where it does not tell.
    package var keysLoaded: Int64?
    package var keysExpired: Int64?
    /// How long it took to load them.
    package var loadTime: Duration?
    /// How long all of it took.
    package var duration = Duration.zero
    /// The most memory that the server used for one file.
    package var memory: ByteCount?
    /// Why it is not proven; nil when it is.
    package var failure: Failure?
    /// Who had it proven.
    package var provenBy: String

    /// One that has only begun.
    package init(delivery: Int64, at: Timestamp, provenBy: String) {
        self.delivery = delivery
        self.at = at
        self.provenBy = provenBy
    }

    /// Whether the copy restores.
    package var isProven: Bool { failure == nil }
}

/// Whether copies restore.
extension Catalog {
    /// Keeps a proof, also one that failed.
    package func record(_ proof: RestoreProof) async throws {
        try await write { db in
            try db.cachedStatement(
                sql: """
                    INSERT INTO restore_proof (delivery_id, at, outcome, server, server_version, files, keys_loaded,
                        keys_expired, load_ms, duration_ms, memory_bytes, failure_class, failure_code, failure_message,
                        proven_by)
                    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                    """
            ).execute(arguments: [
                proof.delivery, proof.at.description, proof.isProven ? "proven" : "failed", proof.server,
                proof.serverVersion, proof.files, proof.keysLoaded, proof.keysExpired,
                proof.loadTime?.wholeMilliseconds, proof.duration.wholeMilliseconds, proof.memory?.bytes,
                proof.failure?.failureClass.rawValue, proof.failure?.code, proof.failure?.message, proof.provenBy,
            ])
        }
    }
}
