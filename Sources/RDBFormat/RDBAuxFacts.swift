/// What the server that wrote the file says about itself, in the AUX fields after the header.
///
/// Every fact is optional: formats before version 7 have none, and a cloud service may drop some.
/// They are claims from the file, bounded but not verified; in a corrupt file they can be wrong.
/// Source: `rdbSaveInfoAuxFields` in `rdb.c` of Redis 7.0 and Valkey 8.0.
public struct RDBAuxFacts: Sendable, Hashable {
    /// The engine that wrote the file, from which of the two version fields it has.
    ///
    /// More telling than ``RDBHeader/family``: Valkey 8 writes a `REDIS0011` header.
    public var engine: RDBHeader.Family?

    /// The engine's version, such as `7.0.15`, from `valkey-ver` or `redis-ver`.
    ///
    /// Up to 64 printable ASCII characters; a longer or stranger value is left out.
    public var engineVersion: String?

    /// When the dump began, in seconds since 1970 by the server's clock, from `ctime`.
    public var createdAt: Int64?

    /// The memory the server used when the dump began, in bytes, from `used-mem`.
    public var usedMemory: Int64?

    /// The width of a pointer in the server, 32 or 64 bits, from `redis-bits`.
    public var pointerBits: Int?

    /// Whether the file was made as the base of an append-only file, not as a snapshot, from `aof-base`.
    public var isAOFBase: Bool?

    /// Makes a set of facts; by default nothing is known.
    public init(
        engine: RDBHeader.Family? = nil,
        engineVersion: String? = nil,
        createdAt: Int64? = nil,
        usedMemory: Int64? = nil,
        pointerBits: Int? = nil,
        isAOFBase: Bool? = nil
    ) {
        self.engine = engine
        self.engineVersion = engineVersion
        self.createdAt = createdAt
        self.usedMemory = usedMemory
        self.pointerBits = pointerBits
        self.isAOFBase = isAOFBase
    }
}

// MARK: - Parsing

extension RDBAuxFacts {
    /// Reads the AUX fields at the start of `records`, the bytes after the header.
    ///
    /// Stops, keeping what it has, at the first other opcode, an unknown encoding or the end. When a
    /// name occurs twice the later value counts, as it does to the server; a `valkey-ver` outranks a
    /// `redis-ver` wherever it stands.
    init(parsing records: ArraySlice<UInt8>) {
        self.init()
        var cursor = RDBCursor(records)
        while cursor.byte() == RDBOpcode.aux, let name = cursor.string(), let value = cursor.string() {
            if case .bytes(let name) = name {
                note(String(decoding: name, as: UTF8.self), value)
            }
        }
    }

    private mutating func note(_ name: String, _ value: RDBCursor.StoredString) {
        switch name {
        case "valkey-ver":
            noteVersion(value, of: .valkey)
        case "redis-ver" where engine != .valkey:
            noteVersion(value, of: .redis)
        case "ctime":
            createdAt = value.number
        case "used-mem":
            usedMemory = value.number
        case "redis-bits":
            pointerBits = value.number.flatMap(Int.init(exactly:))
        case "aof-base":
            isAOFBase = value.number.map { $0 != 0 }
        default:
            break
        }
    }

    private mutating func noteVersion(_ value: RDBCursor.StoredString, of engine: RDBHeader.Family) {
        self.engine = engine
        engineVersion = value.printable
    }
}

extension RDBCursor.StoredString {
    /// The text, when it is 1 to 64 printable ASCII characters; a version such as `7` may be stored as a number.
    fileprivate var printable: String? {
        switch self {
        case .bytes(let bytes):
            (1...64).contains(bytes.count) && bytes.allSatisfy { (0x20...0x7e).contains($0) }
                ? String(decoding: bytes, as: UTF8.self) : nil
        case .integer(let number):
            String(number)
        case .compressed:
            nil
        }
    }

    /// The number; the server stores what does not fit in 32 bits as decimal digits.
    fileprivate var number: Int64? {
        switch self {
        case .bytes: printable.flatMap { Int64($0) }
        case .integer(let number): number
        case .compressed: nil
        }
    }
}
