/// What kind of value a key has, whatever its encoding.
public enum RDBValueKind: String, Sendable, Hashable, CaseIterable {
    /// Bytes, numbers and bitmaps.
    case string
    /// A list.
    case list
    /// A set.
    case set
    /// A sorted set.
    case zset
    /// A hash, with or without expiring fields.
    case hash
    /// A stream.
    case stream
    /// A value only a module understands.
    case module
    /// A sparse array, since Redis 8.8.
    case array
    /// A type this code does not know; at most one is counted, because reading ends there.
    case other

    /// Where the count stands in ``RDBKeyCounts``.
    var index: Int {
        switch self {
        case .string: 0
        case .list: 1
        case .set: 2
        case .zset: 3
        case .hash: 4
        case .stream: 5
        case .module: 6
        case .array: 7
        case .other: 8
        }
    }
}

/// How many keys, databases and functions the records of a file hold.
///
/// Complete only when ``RDBScan/structure`` is ``RDBStructure/complete``; otherwise it counts what came
/// before the place where reading ended.
public struct RDBKeyCounts: Sendable, Hashable {
    /// The keys of all databases; those that had expired when the file was written may be among them.
    public internal(set) var total: Int64 = 0

    /// The keys with an expiry of their own; expiring fields of a hash do not count.
    public internal(set) var expiring: Int64 = 0

    /// The hashes with fields that may expire, since Redis 7.4 and Valkey 9.0: one without a field left is no key any
    /// more.
    public internal(set) var volatileHashes: Int64 = 0

    /// The databases with records in the file.
    public internal(set) var databases: Int64 = 0

    /// The highest number among them, from 0: a server that loads the file must have one database more than that.
    public internal(set) var highestDatabase: Int64 = 0

    /// The function libraries, since Redis 7.0.
    public internal(set) var functions: Int64 = 0

    private var kinds = SIMD16<Int64>()

    /// Makes counts of nothing.
    public init() {}

    /// The number of keys whose value is of `kind`.
    public subscript(kind: RDBValueKind) -> Int64 {
        kinds[kind.index]
    }

    /// The counts of the kinds that occur.
    public var byKind: [RDBValueKind: Int64] {
        let found = RDBValueKind.allCases.map { ($0, self[$0]) }.filter { $0.1 > 0 }
        return Dictionary(uniqueKeysWithValues: found)
    }

    /// Counts one hash with fields that may expire.
    mutating func noteVolatileHash(expires: Bool) {
        note(.hash, expires: expires)
        volatileHashes &+= 1
    }

    /// A database with this number follows.
    mutating func noteDatabase(_ number: UInt64) {
        highestDatabase = max(highestDatabase, Int64(clamping: number))
    }

    /// Counts one key.
    @inline(__always)
    mutating func note(_ kind: RDBValueKind, expires: Bool) {
        if databases == 0 { databases = 1 }  // before version 7, nothing obliges a writer to name database 0
        total &+= 1
        expiring &+= expires ? 1 : 0
        kinds.withLane(kind.index) { $0 &+= 1 }
    }
}

extension SIMD where Scalar: FixedWidthInteger {
    /// One lane, changed where it lies.
    ///
    /// The subscript loads and stores all lanes, and each load then waits until the store before it is done.
    @inline(__always)
    mutating func withLane<Result>(_ index: Int, _ body: (inout Scalar) -> Result) -> Result {
        withUnsafeMutableBytes(of: &self) { lanes in
            body(&lanes.assumingMemoryBound(to: Scalar.self)[index])
        }
    }
}
