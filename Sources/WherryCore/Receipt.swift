/// What a sink says when it is done with a backup.
public struct Receipt: Sendable, Hashable {
    /// How far the bytes came.
    public enum Outcome: String, Sendable, Hashable {
        /// They are stored and verified.
        case delivered
        /// Instructions were written; somebody else will fetch them, and may confirm later.
        case emitted
    }

    /// How far the bytes came.
    public var outcome: Outcome
    /// One entry a file, by position; for `.emitted` what will be there.
    public var artifacts: [Artifact]
    /// For `.emitted`: until when the instructions work.
    public var validUntil: Timestamp?

    /// A receipt.
    public init(outcome: Outcome, artifacts: [Artifact], validUntil: Timestamp? = nil) {
        self.outcome = outcome
        self.artifacts = artifacts
        self.validUntil = validUntil
    }
}

/// One stored copy of one file.
public struct Artifact: Sendable, Hashable {
    /// The position of the file in its backup.
    public var position: Int
    /// Where the sink put it, in the sink's own words (a path, a remote and key …); holds no secret.
    public var location: String
    /// Its size; nil while nobody fetched it.
    public var size: ByteCount?
    /// Its digest, computed while the bytes passed; nil while nobody fetched it.
    public var sha256: SHA256Digest?
    /// What its RDB header says; nil when it is not an RDB file.
    public var rdb: RDBFacts?
    /// How strongly it was verified; nil while nobody fetched it.
    public var grade: Grade?
    /// What lies there, where a pipeline changed the bytes on their way; nil where they are the file's own.
    public var stored: StoredForm?

    /// An artifact.
    public init(
        position: Int,
        location: String,
        size: ByteCount? = nil,
        sha256: SHA256Digest? = nil,
        rdb: RDBFacts? = nil,
        grade: Grade? = nil,
        stored: StoredForm? = nil
    ) {
        self.position = position
        self.location = location
        self.size = size
        self.sha256 = sha256
        self.rdb = rdb
        self.grade = grade
        self.stored = stored
    }
}

/// What is stored of a file whose bytes went through a pipeline.
public struct StoredForm: Sendable, Hashable {
    /// The stages that the bytes passed, in order, such as `zstd`, `age`.
    public var stages: [String]
    /// How many bytes are stored.
    public var size: ByteCount
    /// The digest of the bytes that are stored.
    public var sha256: SHA256Digest

    /// A stored form.
    public init(stages: [String], size: ByteCount, sha256: SHA256Digest) {
        self.stages = stages
        self.size = size
        self.sha256 = sha256
    }
}

/// What an RDB file says of itself.
public struct RDBFacts: Sendable, Hashable {
    /// The magic and format number, such as `REDIS0010` or `VALKEY080`.
    public var format: String
    /// The engine's version as the file names it; nil when it does not.
    public var engineVersion: String?
    /// When the dump was made; nil when the file does not say.
    public var createdAt: Timestamp?
    /// The keys it holds; nil when its records could not be read to their end.
    public var keys: KeyCounts?

    /// Facts.
    public init(
        format: String,
        engineVersion: String? = nil,
        createdAt: Timestamp? = nil,
        keys: KeyCounts? = nil
    ) {
        self.format = format
        self.engineVersion = engineVersion
        self.createdAt = createdAt
        self.keys = keys
    }
}

/// How many keys a dump holds.
///
/// Keys that had expired when it was written may be among them: a server drops those while it loads.
public struct KeyCounts: Sendable, Hashable {
    /// All of them, 0 or more.
    public var total: Int64
    /// Those with an expiry.
    public var expiring: Int64
    /// How many of each type, by the engine's word for it (`string`, `list`, `set`, `zset`, `hash`, `stream`, `module`,
    /// `array`); types without a key are left out.
    public var byType: [String: Int64]

    /// Counts.
    public init(total: Int64, expiring: Int64, byType: [String: Int64]) {
        self.total = total
        self.expiring = expiring
        self.byType = byType
    }
}

/// How strongly a copy was verified, weakest first.
public enum Grade: String, Sendable, Hashable, CaseIterable, Comparable {
    /// All bytes came, as the server's length says. Not an RDB file: encrypted, or of another kind.
    case complete
    /// All bytes came and have the digest that the source declared.
    case digest
    /// An RDB file with its end in place that carries no checksum.
    case envelope
    /// An RDB file whose own checksum fits every byte.
    case checksum

    /// Orders by strength.
    public static func < (left: Grade, right: Grade) -> Bool {
        let order = Grade.allCases
        return (order.firstIndex(of: left) ?? 0) < (order.firstIndex(of: right) ?? 0)
    }
}
