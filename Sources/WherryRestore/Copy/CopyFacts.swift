import RDBFormat
package import WherryCore

/// What is known of one file of a backup when all its bytes came out of a copy, and fit.
package struct CopyFacts: Sendable, Hashable {
    /// Its position in the backup.
    package var position: Int
    /// Its size.
    package var size: ByteCount
    /// Its digest.
    package var sha256: SHA256Digest
    /// Whether that is the digest recorded at the delivery; false where none was recorded.
    package var isCompared: Bool
    /// What the dump says of itself, such as `REDIS0010`; nil when it is no dump.
    package var format: String?
    /// The keys it holds, and how many of them have an expiry; nil when its records could not be read to their end.
    package var keys: KeySum?
    /// How many databases a server must have that loads it.
    package var databases: Int64
    /// The memory that its server used when it was written, if the dump says so.
    package var usedMemory: ByteCount?

    /// How many keys there are.
    package struct KeySum: Sendable, Hashable {
        /// All of them.
        package var total: Int64
        /// Those with an expiry.
        package var expiring: Int64
        /// Hashes whose fields may expire, the last of them with the key.
        package var volatileHashes: Int64
    }

    static let remedy = "Do not count on this copy: take the one of another sink, or another backup."

    init(position: Int, size: ByteCount, sha256: SHA256Digest, isCompared: Bool, scan: RDBScan) {
        self.position = position
        self.size = size
        self.sha256 = sha256
        self.isCompared = isCompared
        format = scan.header?.description
        keys =
            scan.structure == .complete
            ? KeySum(
                total: scan.keys.total,
                expiring: scan.keys.expiring,
                volatileHashes: scan.keys.volatileHashes
            ) : nil
        databases = scan.keys.highestDatabase + 1
        usedMemory = scan.aux.usedMemory.flatMap { $0 > 0 ? ByteCount($0) : nil }
    }
}
