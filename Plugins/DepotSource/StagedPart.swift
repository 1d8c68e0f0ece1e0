import WherryCore

/// A whole file that waits to be published.
struct StagedPart: Sendable, Hashable {
    /// Where it lies.
    var path: String
    /// Its size.
    var size: ByteCount
    /// The digest of its bytes.
    var sha256: SHA256Digest
    /// Engine and version that wrote it; nil when it does not say.
    var engine: String?
    /// When the dump began; nil when it does not say.
    var dumpedAt: Timestamp?
    /// The number of keys in it.
    var keys: Int64
}
