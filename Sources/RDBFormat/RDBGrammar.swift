/// Which records a family of the format has and how each is read.
///
/// Built once per family in a process; a few KiB. Sources: `rdb.h` of Redis 7.4 and Valkey 9.0, and for
/// format versions 13 and 14 redis/librdb, pull requests 93 and 101.
struct RDBGrammar: Sendable {
    /// What the first byte of a record stands for.
    enum Role: Sendable {
        /// Nothing known.
        case unknown
        /// A record without meaning to the counts.
        case plain
        case key(RDBValueKind)
        /// A key whose value is a hash with fields that may expire.
        case volatileHash
        case expiry
        case database
        case function
        case end
    }

    struct Entry: Sendable {
        var role = Role.unknown
        /// The first instruction.
        var target = 0
        /// The first version of the format that has it.
        var since = 0
    }

    static let redis = RDBGrammar(.redis)
    static let valkey = RDBGrammar(.valkey)

    /// Where reading starts: a record.
    static let start = 0

    /// The instructions of every record, one after the other.
    private(set) var code = [RDBInstruction(.record)]

    /// One entry for every first byte.
    private(set) var entries = [Entry](repeating: Entry(), count: 256)

    /// Where to go after the end marker, with and without a checksum.
    let seal: Int
    let beyond: Int

    private init(_ family: RDBHeader.Family) {
        seal = 1
        beyond = 2
        code += [RDBInstruction(.seal), RDBInstruction(.beyond)]
        addOpcodes(family)
        addTypes(family)
        code = code.enumerated().map { $1.placed(at: $0, in: code) }
    }

    // MARK: - Records

    private mutating func addOpcodes(_ family: RDBHeader.Family) {
        add(RDBOpcode.endOfFile, .end, since: 0, [])
        add(0xfe, .database, since: 0, [.database])
        add(0xfd, .expiry, since: 0, [.bytes(4)])
        add(0xfc, .expiry, since: 3, [.bytes(8)])
        add(0xfb, .plain, since: 7, [.length, .length])
        add(RDBOpcode.aux, .plain, since: 7, [.string, .string])
        add(0xf9, .plain, since: 9, [.bytes(1)])  // access frequency
        add(0xf8, .plain, since: 9, [.length])  // idle time
        add(0xf7, .plain, since: 9, [.length, .length, .length, .moduleFields])
        // Name, engine, perhaps a description, code: the release candidates of Redis 7.0.
        add(0xf6, .function, since: 10, [.string, .string, .optional([.string]), .string])
        add(0xf5, .function, since: 10, [.string])
        add(0xf4, .plain, since: 12, [.length, .length, .length])
        switch family {
        case .redis: add(0xf3, .plain, since: 13, [.each([.bytes(4), .moduleFields])])  // of the next key
        case .valkey: add(0xf3, .plain, since: 80, [.string, .each([.length, .length])])  // slots under way
        }
    }

    private mutating func addTypes(_ family: RDBHeader.Family) {
        addType(0, .string, since: 0, [.string])
        addType(1, .list, since: 0, [.each([.string])])
        addType(2, .set, since: 0, [.each([.string])])
        addType(3, .zset, since: 0, [.each([.string, .score])])
        addType(4, .hash, since: 0, RDBShape.pairs)
        addType(5, .zset, since: 8, [.each([.string, .bytes(8)])])
        addType(7, .module, since: 8, [.length, .moduleFields])
        addType(9, .hash, since: 0, [.blob(.zipmap)])
        addType(10, .list, since: 0, [.blob(.ziplist)])
        addType(11, .set, since: 0, [.blob(.intset)])
        addType(12, .zset, since: 0, [.blob(.ziplist)])
        addType(13, .hash, since: 4, [.blob(.ziplist)])
        addType(14, .list, since: 7, [.each([.blob(.ziplist)])])
        addType(15, .stream, since: 9, RDBShape.stream(1))
        addType(16, .hash, since: 10, [.blob(.listpack)])
        addType(17, .zset, since: 10, [.blob(.listpack)])
        addType(18, .list, since: 10, [.each([.listNode])])
        addType(19, .stream, since: 10, RDBShape.stream(2))
        addType(20, .set, since: 11, [.blob(.listpack)])
        addType(21, .stream, since: 11, RDBShape.stream(3))
        switch family {
        case .redis:
            // 22 and 23 are of the release candidates of 7.4, without the minimum in front.
            addVolatileHash(22, since: 12, RDBShape.expiringPairs)
            addVolatileHash(23, since: 12, [.blob(.listpack)])
            addVolatileHash(24, since: 12, [.bytes(8)] + RDBShape.expiringPairs)
            addVolatileHash(25, since: 12, [.bytes(8), .blob(.listpack)])
            addType(26, .stream, since: 13, RDBShape.stream(4))
            addType(27, .stream, since: 14, RDBShape.stream(5))
            addType(28, .array, since: 14, RDBShape.array)
        case .valkey:
            addVolatileHash(22, since: 80, [.each([.string, .string, .bytes(8)])])
        }
    }

    private mutating func addType(_ type: UInt8, _ kind: RDBValueKind, since version: Int, _ value: [RDBShape]) {
        add(type, .key(kind), since: version, [.string] + value)
    }

    private mutating func addVolatileHash(_ type: UInt8, since version: Int, _ value: [RDBShape]) {
        add(type, .volatileHash, since: version, [.string] + value)
    }

    private mutating func add(_ first: UInt8, _ role: Role, since version: Int, _ shapes: [RDBShape]) {
        entries[Int(first)] = Entry(role: role, target: code.count, since: version)
        append(shapes, depth: 0)
        code.append(RDBInstruction(.jump, target: Self.start))
    }

    // MARK: - Instructions

    /// Appends the instructions of `shapes`; a loop at `depth` uses the counter of that number.
    private mutating func append(_ shapes: [RDBShape], depth: UInt8) {
        for shape in shapes {
            append(shape, depth: depth)
        }
    }

    private mutating func append(_ shape: RDBShape, depth: UInt8) {
        switch shape {
        case .string: code.append(RDBInstruction(.string))
        case .length: code.append(RDBInstruction(.length))
        case .database: code.append(RDBInstruction(.database))
        case .bytes(let count): code.append(RDBInstruction(.bytes, argument: count))
        case .score: code.append(RDBInstruction(.score))
        case .blob(let blob):
            code += [RDBInstruction(.blob, argument: blob.number), RDBInstruction(.terminator)]
        case .each(let shapes, let after) where after.isEmpty && shapes.allSatisfy(\.isString):
            code.append(RDBInstruction(.count, argument: depth, target: shapes.count))
            code.append(RDBInstruction(.strings, argument: depth))
        case .each(let shapes, let after):
            code.append(RDBInstruction(.count, argument: depth, target: 1))
            append(after, depth: depth + 1)
            branch(.enter, argument: depth) { grammar in
                let body = grammar.code.count
                grammar.append(shapes, depth: depth + 1)
                grammar.code.append(RDBInstruction(.again, argument: depth, target: body))
            }
        case .optional(let shapes):
            branch(.optional) { $0.append(shapes, depth: depth) }
        case .listNode:
            branch(.listNode) { grammar in
                let listpack = 2
                grammar.code.append(RDBInstruction(.string))
                grammar.code.append(RDBInstruction(.jump, target: grammar.code.count + 1 + listpack))
            }
            append(.blob(.listpack), depth: depth)
        case .arrayElement:
            branch(.arrayElement) { $0.append(.string, depth: depth) }
        case .moduleFields:
            let field = code.count
            branch(.moduleField) { grammar in
                grammar.code += [RDBInstruction(.string), RDBInstruction(.jump, target: field)]
            }
        }
    }

    /// Appends an instruction that may go past what `body` appends.
    private mutating func branch(
        _ operation: RDBInstruction.Operation,
        argument: UInt8 = 0,
        over body: (inout RDBGrammar) -> Void
    ) {
        let place = code.count
        code.append(RDBInstruction(operation))
        body(&self)
        code[place] = RDBInstruction(operation, argument: argument, target: code.count)
    }
}

extension RDBBlob {
    /// How an instruction names it.
    fileprivate var number: UInt8 {
        switch self {
        case .ziplist: 0
        case .listpack: 1
        case .intset: 2
        case .zipmap: 3
        case .streamID: 4
        }
    }

    /// The blob an instruction names.
    init(number: UInt8) {
        self =
            switch number {
            case 0: .ziplist
            case 1: .listpack
            case 2: .intset
            case 3: .zipmap
            default: .streamID
            }
    }
}
