/// Holds back the last nine bytes of a stream: an end marker and a checksum, once the stream ends.
struct RDBTrailer: Sendable {
    /// The number of bytes held back.
    static let capacity = 9

    /// The number of bytes of a checksum.
    static let checksumByteCount = 8

    /// The bytes, the newest lowest.
    private var register: UInt128 = 0

    /// How many bytes are held, 0 to 9.
    private(set) var count = 0

    /// Takes in a byte and gives out the one it displaces.
    mutating func push(_ byte: UInt8) -> UInt8? {
        let displaced = count == Self.capacity ? UInt8(truncatingIfNeeded: register >> 64) : nil
        register = register << 8 | UInt128(byte)
        count = min(count + 1, Self.capacity)
        return displaced
    }

    /// Takes the oldest byte out.
    mutating func popOldest() -> UInt8? {
        guard count > 0 else { return nil }
        count -= 1
        return UInt8(truncatingIfNeeded: register >> (8 * UInt128(count)))
    }

    /// The ninth byte from the end, where the end marker stands before a checksum; 0 before nine bytes.
    var ninthLast: UInt8 { UInt8(truncatingIfNeeded: register >> 64) }

    /// The last byte, where the end marker stands when there is no checksum; 0 before the first byte.
    var last: UInt8 { UInt8(truncatingIfNeeded: register) }

    /// The last eight bytes, read as the little-endian number a checksum is stored as.
    var checksum: UInt64 { UInt64(truncatingIfNeeded: register).byteSwapped }
}
