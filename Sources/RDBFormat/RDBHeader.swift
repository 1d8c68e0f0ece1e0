/// The first nine bytes of an RDB file: who defined the format, and in which version.
///
/// `REDIS` and four digits, or `VALKEY` and three (Valkey 9.0 and later; Valkey 7.2 and 8 write
/// `REDIS0011`). Source: `rdb.c` of Redis 7.4 and Valkey 9.0. Numbers no release has used yet are
/// accepted, because a backup is worth keeping even when it is newer than this code.
public struct RDBHeader: Sendable, Hashable {
    /// The project whose numbering the version belongs to.
    public enum Family: String, Sendable, Hashable, CaseIterable {
        /// Redis, and the Valkey releases that still wrote the Redis format.
        case redis
        /// Valkey 9.0 and later.
        case valkey
    }

    /// The length of the header in bytes, the same for every version.
    public static let byteCount = 9

    /// The project whose numbering `version` belongs to.
    public var family: Family

    /// The number after the magic, 0 to 9999 for Redis and 0 to 999 for Valkey.
    ///
    /// Published so far: 2, 6 to 14 for Redis 2.4 to 8.8, 80 for Valkey 9.0. Not the engine's version;
    /// that is ``RDBAuxFacts/engineVersion``.
    public var version: Int

    /// Makes a header from its parts.
    public init(family: Family, version: Int) {
        self.family = family
        self.version = version
    }

    /// Reads a header from the start of `bytes`; nil when they are fewer than nine or anything else.
    public init?(_ bytes: UnsafeRawBufferPointer) {
        guard bytes.count >= Self.byteCount else { return nil }
        for family in Family.allCases where bytes.starts(with: family.magic) {
            var version = 0
            for byte in bytes[family.magic.count..<Self.byteCount] {
                guard let digit = Self.digit(byte) else { return nil }
                version = version * 10 + digit
            }
            self.init(family: family, version: version)
            return
        }
        return nil
    }

    /// Whether a file of this version ends in a checksum; version 5 brought it, an unstable step of Redis
    /// 2.5, and no server wrote version 0.
    var declaresChecksum: Bool {
        family == .valkey || version >= 5 || version == 0
    }

    /// Whether more bytes could turn `bytes`, fewer than nine, into a header; true for none at all.
    static func couldStart(_ bytes: UnsafeRawBufferPointer) -> Bool {
        Family.allCases.contains { family in
            let magic = family.magic
            guard bytes.prefix(magic.count).elementsEqual(magic.prefix(bytes.count)) else { return false }
            return bytes.dropFirst(magic.count).allSatisfy { digit($0) != nil }
        }
    }

    /// How many bytes of a file are enough to tell a damaged header from another format.
    public static let vicinity = 32

    /// Whether the start of a file without a header tells that there was one: all but one of its nine bytes are right,
    /// and a record comes behind them; or what comes behind them is the AUX field that every server since Redis 3.2 writes
    /// first, and they are no magic of another format either, which a later server might have.
    ///
    /// Neither happens by chance, as in an encrypted file, more often than once in 2^48 files.
    static func isDamaged(_ bytes: UnsafeRawBufferPointer) -> Bool {
        guard bytes.count > byteCount else { return false }
        let isNearlyOne = Family.allCases.contains { family in
            let magic = family.magic
            let wrongLetters = zip(bytes, magic).count { $0 != $1 }
            return wrongLetters + bytes[magic.count..<byteCount].count { digit($0) == nil } == 1
        }
        // Value types are small numbers, opcodes large ones; text has neither.
        if isNearlyOne, bytes[byteCount] < 0x20 || bytes[byteCount] >= 0xF0 { return true }
        return !isMagic(bytes[..<byteCount]) && firstFields.contains { bytes[byteCount...].starts(with: $0) }
    }

    /// Whether bytes are capital letters and then digits.
    private static func isMagic(_ bytes: Slice<UnsafeRawBufferPointer>) -> Bool {
        let digits = bytes.drop { (0x41...0x5A).contains($0) }
        return digits.count < bytes.count && !digits.isEmpty && digits.allSatisfy { digit($0) != nil }
    }

    /// The AUX fields that tell the server's version, up to their values.
    private static let firstFields = ["redis-ver", "valkey-ver"].map { name in
        [RDBOpcode.aux, UInt8(name.utf8.count)] + Array(name.utf8)
    }

    private static func digit(_ byte: UInt8) -> Int? {
        (0x30...0x39).contains(byte) ? Int(byte &- 0x30) : nil
    }
}

extension RDBHeader.Family {
    /// The ASCII letters the file starts with.
    var magic: [UInt8] {
        switch self {
        case .redis: Array("REDIS".utf8)
        case .valkey: Array("VALKEY".utf8)
        }
    }
}

// MARK: - CustomStringConvertible

extension RDBHeader: CustomStringConvertible {
    /// The header as it stands in the file, such as `REDIS0010` or `VALKEY080`.
    public var description: String {
        let digits = String(version)
        let magic = family == .redis ? "REDIS" : "VALKEY"
        let padding = String(repeating: "0", count: max(0, Self.byteCount - magic.count - digits.count))
        return magic + padding + digits
    }
}
