/// Each method reads one element at `place` and moves `place` behind it. When it returns nil or false,
/// `place` and all else is unchanged and either the bytes ended too soon or `stop` says what is wrong;
/// it says so no matter how many bytes follow.
extension RDBParser {
    /// The result of reading a module's field.
    enum ModuleField {
        case last, string, read
    }

    // MARK: - Lengths

    /// A length; source of the encodings: `rdb.h` of Redis 7.4.
    @inline(__always)
    mutating func length(_ place: inout UnsafeRawPointer, _ limit: UnsafeRawPointer) -> UInt64? {
        guard place < limit else { return nil }
        let first = place.load(as: UInt8.self)
        if first < 0x40 {
            place += 1
            return UInt64(first)
        }
        return longLength(first, &place, limit)
    }

    private mutating func longLength(
        _ first: UInt8,
        _ place: inout UnsafeRawPointer,
        _ limit: UnsafeRawPointer
    ) -> UInt64? {
        let available = limit - place
        switch first {
        case ..<0x80:
            guard available >= 2 else { return nil }
            defer { place += 2 }
            return UInt64(first & 0x3f) << 8 | UInt64(place.load(fromByteOffset: 1, as: UInt8.self))
        case 0x80:
            guard available >= 5 else { return nil }
            defer { place += 5 }
            return UInt64(UInt32(bigEndian: place.loadUnaligned(fromByteOffset: 1, as: UInt32.self)))
        case 0x81:
            guard available >= 9 else { return nil }
            defer { place += 9 }
            return UInt64(bigEndian: place.loadUnaligned(fromByteOffset: 1, as: UInt64.self))
        default:
            stop = .fault(.lengthEncoding(first))
            return nil
        }
    }

    /// A length that something of that size follows.
    @inline(__always)
    mutating func boundedLength(_ place: inout UnsafeRawPointer, _ limit: UnsafeRawPointer) -> UInt64? {
        var ahead = place
        guard let length = length(&ahead, limit) else { return nil }
        guard length <= Self.lengthLimit else {
            stop = .fault(.excessiveLength(length))
            return nil
        }
        place = ahead
        return length
    }

    // MARK: - Strings

    @inline(__always)
    mutating func string(_ place: inout UnsafeRawPointer, _ limit: UnsafeRawPointer) -> Bool {
        guard place < limit else { return false }
        let first = place.load(as: UInt8.self)
        if first < 0xc0 {
            guard let length = boundedLength(&place, limit) else { return false }
            pass(length, &place, limit)
            return true
        }
        return encodedString(first, &place, limit)
    }

    /// Strings, counter `depth` of them, up to one whose bytes are not all passed over; those are counted down.
    @inline(__always)
    mutating func strings(_ depth: UInt8, _ place: inout UnsafeRawPointer, _ limit: UnsafeRawPointer) -> Bool {
        var left = counters.withLane(Int(depth)) { $0 }
        defer { counters.withLane(Int(depth)) { $0 = left } }
        while left > 0 {
            guard string(&place, limit) else { return false }
            left &-= 1
            if skip > 0 || packed.isUnderWay { break }
        }
        return true
    }

    private mutating func encodedString(
        _ first: UInt8,
        _ place: inout UnsafeRawPointer,
        _ limit: UnsafeRawPointer
    ) -> Bool {
        let width: UInt64
        switch first {
        case 0xc0: width = 1
        case 0xc1: width = 2
        case 0xc2: width = 4
        case 0xc3:
            var ahead = place + 1
            guard let packedLength = boundedLength(&ahead, limit), let length = boundedLength(&ahead, limit) else {
                return false
            }
            // Redis never writes an empty one and refuses it.
            guard length > 0, packedLength > 0 else {
                stop = .fault(.compression)
                return false
            }
            packed = LZFCheck(packedLength: packedLength, length: length)
            place = ahead
            return true
        default:
            stop = .fault(.stringEncoding(first))
            return false
        }
        place += 1
        pass(width, &place, limit)
        return true
    }

    /// Goes on unpacking a compressed string; true at its end.
    mutating func unpack(_ place: inout UnsafeRawPointer, _ limit: UnsafeRawPointer) -> Bool {
        switch packed.consume(&place, limit) {
        case .end: return true
        case .more: return false
        case .fault:
            stop = .fault(.compression)
            return false
        }
    }

    // MARK: - Blobs

    /// The length of a blob and the header inside it; nil also on a contradiction.
    ///
    /// - Returns: Whether its last byte is to be looked at, which a compressed blob does not offer.
    mutating func blob(_ blob: RDBBlob, _ place: inout UnsafeRawPointer, _ limit: UnsafeRawPointer) -> Bool? {
        guard place < limit else { return nil }
        let first = place.load(as: UInt8.self)
        if first == 0xc3 {
            return string(&place, limit) ? false : nil
        }
        guard first < 0xc0 else { return refuse(blob) }
        var ahead = place
        guard let length = boundedLength(&ahead, limit) else { return nil }
        guard length >= blob.shortest else { return refuse(blob) }
        guard limit - ahead >= blob.headByteCount else { return nil }
        guard blob.accepts(head: ahead, length: length) else { return refuse(blob) }
        place = ahead + blob.headByteCount
        pass(length - UInt64(blob.headByteCount) - (blob.hasTerminator ? 1 : 0), &place, limit)
        return blob.hasTerminator
    }

    mutating func terminator(
        after instruction: RDBInstruction,
        _ place: inout UnsafeRawPointer,
        _ limit: UnsafeRawPointer
    ) -> Bool {
        guard place < limit else { return false }
        guard place.load(as: UInt8.self) == 0xff else {
            return refuse(RDBBlob(number: instruction.argument)) ?? false
        }
        place += 1
        return true
    }

    private mutating func refuse(_ blob: RDBBlob) -> Bool? {
        stop = .fault(.blob(blob))
        return nil
    }

    // MARK: - Forms

    mutating func score(_ place: inout UnsafeRawPointer, _ limit: UnsafeRawPointer) -> Bool {
        guard place < limit else { return false }
        let first = place.load(as: UInt8.self)
        place += 1
        skip = first >= 253 ? 0 : UInt64(first)
        return true
    }

    mutating func listNode(_ place: inout UnsafeRawPointer, _ limit: UnsafeRawPointer) -> Bool? {
        var ahead = place
        guard let form = length(&ahead, limit) else { return nil }
        guard form == 1 || form == 2 else {
            stop = .fault(.listNode(form))
            return nil
        }
        place = ahead
        return form == 2
    }

    mutating func arrayElement(_ place: inout UnsafeRawPointer, _ limit: UnsafeRawPointer) -> Bool? {
        var ahead = place
        guard let form = length(&ahead, limit) else { return nil }
        switch form {
        case 0, 3: break  // a long and a short string
        case 1, 2: skip = 8  // an integer and a float
        default:
            stop = .unknown(.arrayElement(form))
            return nil
        }
        place = ahead
        return form == 0 || form == 3
    }

    mutating func moduleField(_ place: inout UnsafeRawPointer, _ limit: UnsafeRawPointer) -> ModuleField? {
        var ahead = place
        guard let kind = length(&ahead, limit) else { return nil }
        switch kind {
        case 1, 2:
            guard length(&ahead, limit) != nil else { return nil }
        case 0, 5: break
        case 3: skip = 4
        case 4: skip = 8
        default:
            stop = .unknown(.moduleField(kind))
            return nil
        }
        place = ahead
        return kind == 0 ? .last : kind == 5 ? .string : .read
    }
}
