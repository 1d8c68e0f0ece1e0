/// Reads the records of a file from its ninth byte on, wherever the stream is cut.
///
/// Reads element by element straight out of the bytes it is given; long strings are passed over.
/// What is left of an element at the end of the bytes, at most `elementLimit`, waits in a small buffer for
/// the next; nothing else of the file is kept, and nothing is allocated by a length the file declares.
struct RDBParser: Sendable {
    /// No element that must be seen whole is longer: a compressed string's head has 19 bytes.
    static let elementLimit = 32

    /// Beyond any string or collection of a server: 1 TiB.
    static let lengthLimit: UInt64 = 1 << 40

    private let grammar: RDBGrammar
    private let version: Int
    private let hasChecksum: Bool

    /// The index of the next instruction.
    private var next = RDBGrammar.start
    /// The rounds left in the loops around the next instruction.
    var counters = SIMD4<UInt64>()
    /// Whether the next key has an expiry.
    private var expires = false

    /// The bytes to pass over before the next instruction.
    var skip: UInt64 = 0
    /// The compressed string to unpack before the next instruction.
    var packed = LZFCheck()
    /// Why the element at hand is impossible or unknown.
    var stop: Stop?

    /// The beginning of an element whose end has not come yet.
    private(set) var carry: [UInt8] = []
    /// The position in the file of the next byte to read; `carry` begins there.
    private var offset = Int64(RDBHeader.byteCount)

    private(set) var keys = RDBKeyCounts()

    /// The length of the file up to and with the end marker; nil before it was found.
    private(set) var end: Int64?
    /// The checksum after the end marker; nil before it was read and when there is none.
    private(set) var storedChecksum: UInt64?
    /// Where and why reading ended early.
    private var stopped: RDBStructure?

    enum Stop: Sendable {
        case fault(RDBStructureFault)
        case unknown(RDBUnknown)
    }

    init(_ header: RDBHeader) {
        grammar = header.family == .redis ? .redis : .valkey
        version = header.version
        hasChecksum = header.declaresChecksum
    }

    /// The length a whole file has, once the end marker was found.
    var expectedByteCount: Int64? {
        end.map { $0 + (hasChecksum ? Int64(RDBTrailer.checksumByteCount) : 0) }
    }

    /// What is to be said of the records when the file ends at `byteCount`.
    func structure(byteCount: Int64) -> RDBStructure {
        if let stopped { return stopped }
        guard let expectedByteCount, byteCount >= expectedByteCount else { return .cutOff }
        return byteCount == expectedByteCount ? .complete : .faulty(at: expectedByteCount, .bytesAfterEnd)
    }

    /// Reads the next bytes of the file.
    mutating func consume(_ bytes: UnsafeRawBufferPointer) {
        guard stopped == nil, let base = bytes.baseAddress, !bytes.isEmpty else { return }
        guard let taken = finishCarry(bytes) else { return }
        let limit = base + bytes.count
        let rest = advance(from: base + taken, to: limit)
        guard stopped == nil, rest < limit else { return }
        carry.append(contentsOf: UnsafeRawBufferPointer(start: rest, count: limit - rest))
    }

    /// Reads the element begun in `carry`, and perhaps some more, with the help of the bytes behind it.
    ///
    /// - Returns: How many of `bytes` were read; nil when there is nothing to do with the others, because
    ///   all of them wait in `carry` or reading has ended.
    private mutating func finishCarry(_ bytes: UnsafeRawBufferPointer) -> Int? {
        guard !carry.isEmpty else { return 0 }
        let carried = carry.count
        var joined = carry
        joined.append(contentsOf: bytes.prefix(2 * Self.elementLimit - carried))
        let count = joined.withUnsafeBytes { joined in
            guard let base = joined.baseAddress else { return 0 }
            return advance(from: base, to: base + joined.count) - base
        }
        guard stopped == nil else { return nil }
        guard count >= carried else {
            joined.removeFirst(count)
            carry = joined
            return nil
        }
        carry.removeAll(keepingCapacity: true)
        return count - carried
    }

    // MARK: - Instructions

    /// Follows the instructions as far as the bytes go.
    ///
    /// - Returns: The first byte that was not read.
    private mutating func advance(from start: UnsafeRawPointer, to limit: UnsafeRawPointer) -> UnsafeRawPointer {
        let grammar = self.grammar
        let place = grammar.code.withUnsafeBufferPointer { code in
            grammar.entries.withUnsafeBufferPointer { entries in
                follow(code, entries, from: start, to: limit)
            }
        }
        offset += Int64(place - start)
        switch stop {
        case .fault(let fault): stopped = .faulty(at: offset, fault)
        case .unknown(let unknown): stopped = .unknown(at: offset, unknown)
        case nil: break
        }
        return place
    }

    private mutating func follow(
        _ code: UnsafeBufferPointer<RDBInstruction>,
        _ entries: UnsafeBufferPointer<RDBGrammar.Entry>,
        from start: UnsafeRawPointer,
        to limit: UnsafeRawPointer
    ) -> UnsafeRawPointer {
        var place = start
        while true {
            if skip > 0 {
                let passed = min(skip, UInt64(limit - place))
                place += Int(passed)
                skip -= passed
                if skip > 0 { return place }
            }
            if packed.isUnderWay {
                guard unpack(&place, limit) else { return place }
            }
            let instruction = code[next]
            let successor = Int(instruction.successor)
            switch instruction.operation {
            case .record:
                guard place < limit else { return place }
                let first = place.load(as: UInt8.self)
                let entry = entries[Int(first)]
                guard begin(first, entry, at: place - start) else { return place }
                place += 1
                guard case .key = entry.role else { break }
                // The name comes first in each, so there is nothing to look up.
                guard string(&place, limit) else { return place }
                next += 1
            case .string:
                guard string(&place, limit) else { return place }
                next = successor
            case .strings:
                guard strings(instruction.argument, &place, limit) else { return place }
                if counters.withLane(Int(instruction.argument), { $0 == 0 }) { next = successor }
            case .length:
                guard length(&place, limit) != nil else { return place }
                next = successor
            case .database:
                guard let number = length(&place, limit) else { return place }
                keys.noteDatabase(number)
                next = successor
            case .bytes:
                pass(UInt64(instruction.argument), &place, limit)
                next = successor
            case .blob:
                guard let hasTerminator = blob(RDBBlob(number: instruction.argument), &place, limit) else {
                    return place
                }
                next = hasTerminator ? next + 1 : Int(code[next + 1].successor)
            case .terminator:
                guard terminator(after: code[next - 1], &place, limit) else { return place }
                next = successor
            case .count:
                guard let count = boundedLength(&place, limit) else { return place }
                counters.withLane(Int(instruction.argument)) { $0 = count &* UInt64(instruction.target) }
                next = successor
            case .enter:
                next = countDown(instruction.argument) ? successor : Int(instruction.target)
            case .again:
                next = countDown(instruction.argument) ? Int(instruction.target) : successor
            case .jump:
                next = Int(instruction.target)
            case .optional:
                guard let flag = length(&place, limit) else { return place }
                next = flag == 0 ? Int(instruction.target) : successor
            case .score:
                guard score(&place, limit) else { return place }
                next = successor
            case .listNode:
                guard let isPacked = listNode(&place, limit) else { return place }
                next = isPacked ? Int(instruction.target) : successor
            case .arrayElement:
                guard let isString = arrayElement(&place, limit) else { return place }
                next = isString ? successor : Int(instruction.target)
            case .moduleField:
                switch moduleField(&place, limit) {
                case .last: next = Int(instruction.target)
                case .string: next = successor
                case .read: break
                case nil: return place
                }
            case .seal:
                guard limit - place >= RDBTrailer.checksumByteCount else { return place }
                storedChecksum = UInt64(littleEndian: place.loadUnaligned(as: UInt64.self))
                place += RDBTrailer.checksumByteCount
                next = grammar.beyond
            case .beyond:
                return limit
            }
        }
    }

    /// Whether the loop at `depth` has rounds left; takes one off.
    @inline(__always)
    private mutating func countDown(_ depth: UInt8) -> Bool {
        counters.withLane(Int(depth)) { counter in
            guard counter > 0 else { return false }
            counter &-= 1
            return true
        }
    }

    /// Passes over `length` bytes, those that are here at once.
    @inline(__always)
    mutating func pass(_ length: UInt64, _ place: inout UnsafeRawPointer, _ limit: UnsafeRawPointer) {
        if length <= UInt64(truncatingIfNeeded: limit - place) {
            place += Int(truncatingIfNeeded: length)
        } else {
            skip = length
        }
    }

    /// Begins the record of the byte `first`, `distance` bytes after `offset`.
    @inline(__always)
    private mutating func begin(_ first: UInt8, _ entry: RDBGrammar.Entry, at distance: Int) -> Bool {
        guard version >= entry.since else { return give(up: first) }
        next = entry.target
        switch entry.role {
        case .plain: break
        case .key(let kind):
            keys.note(kind, expires: expires)
            expires = false
        case .volatileHash:
            keys.noteVolatileHash(expires: expires)
            expires = false
        case .expiry: expires = true
        case .database: keys.databases &+= 1
        case .function: keys.functions &+= 1
        case .end:
            end = offset + Int64(distance) + 1
            next = hasChecksum ? grammar.seal : grammar.beyond
        case .unknown: return give(up: first)
        }
        return true
    }

    private mutating func give(up first: UInt8) -> Bool {
        if first < RDBOpcode.first {
            keys.note(.other, expires: expires)
            stop = .unknown(.valueType(first))
        } else {
            stop = .unknown(.opcode(first))
        }
        return false
    }
}
