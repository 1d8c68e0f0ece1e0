/// Reads RDB lengths and strings from bytes in memory, front to back.
///
/// Every method returns nil when the bytes run out or carry an encoding it does not know; the
/// position is then unspecified. Encodings: `rdb.h` of Redis 7.4.
struct RDBCursor {
    /// A string as it is stored.
    enum StoredString: Equatable {
        case bytes(ArraySlice<UInt8>)
        /// A decimal number kept in one, two or four bytes.
        case integer(Int64)
        /// LZF-compressed bytes, passed over without unpacking.
        case compressed
    }

    private enum Length {
        case count(Int)
        case encoding(UInt8)
    }

    private var rest: ArraySlice<UInt8>

    init(_ bytes: ArraySlice<UInt8>) {
        rest = bytes
    }

    mutating func byte() -> UInt8? {
        rest.popFirst()
    }

    mutating func string() -> StoredString? {
        switch length() {
        case .count(let count):
            bytes(count).map(StoredString.bytes)
        case .encoding(0):
            byte().map { .integer(Int64(Int8(bitPattern: $0))) }
        case .encoding(1):
            littleEndian(2).map { .integer(Int64(Int16(truncatingIfNeeded: $0))) }
        case .encoding(2):
            littleEndian(4).map { .integer(Int64(Int32(truncatingIfNeeded: $0))) }
        case .encoding(3):
            compressedString()
        case .encoding, nil:
            nil
        }
    }

    // MARK: - Parts

    private mutating func compressedString() -> StoredString? {
        guard case .count(let packed) = length(), case .count = length(), bytes(packed) != nil else { return nil }
        return .compressed
    }

    private mutating func length() -> Length? {
        guard let first = byte() else { return nil }
        switch first >> 6 {
        case 0:
            return .count(Int(first))
        case 1:
            return byte().map { .count(Int(first & 0x3f) << 8 | Int($0)) }
        case 3:
            return .encoding(first & 0x3f)
        default:
            // 0x80 and 0x81 are the only two of their quarter in use.
            guard first <= 0x81, let raw = bytes(first == 0x80 ? 4 : 8) else { return nil }
            let wide = raw.reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
            return Int(exactly: wide).map(Length.count)
        }
    }

    private mutating func littleEndian(_ count: Int) -> UInt64? {
        bytes(count)?.reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    }

    private mutating func bytes(_ count: Int) -> ArraySlice<UInt8>? {
        guard count <= rest.count else { return nil }
        defer { rest = rest.dropFirst(count) }
        return rest.prefix(count)
    }
}
