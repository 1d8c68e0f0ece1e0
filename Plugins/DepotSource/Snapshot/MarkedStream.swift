/// Takes the end marker off what `redis-cli --rdb -` writes.
///
/// A server that streams a dump without knowing its length ends it with 40 random hexadecimal digits. redis-cli cuts them
/// off a file, but not off standard output (`getRDB` in redis-cli.c, Redis 7.0 to 7.4). So the last 40 bytes are held back
/// until the end shows what they are: a dump has 0xFF nine bytes before its end, so digits only can be no part of it.
struct MarkedStream: Sendable {
    /// The length of the marker in bytes.
    static let markerByteCount = 40

    private var tail: [UInt8] = []

    /// Takes in bytes, and hands out those that cannot be the marker.
    mutating func push(
        _ bytes: UnsafeRawBufferPointer,
        _ body: (UnsafeRawBufferPointer) throws -> Void
    ) rethrows {
        let surplus = tail.count + bytes.count - Self.markerByteCount
        guard surplus > 0 else {
            tail.append(contentsOf: bytes)
            return
        }
        let old = min(surplus, tail.count)
        try tail[..<old].withUnsafeBytes(body)
        tail.removeFirst(old)
        let new = surplus - old
        if new > 0 { try body(UnsafeRawBufferPointer(rebasing: bytes[..<new])) }
        tail.append(contentsOf: bytes[new...])
    }

    /// Hands out what was held back, unless it is the marker.
    mutating func finish(_ body: (UnsafeRawBufferPointer) throws -> Void) rethrows {
        let isMarker = tail.count == Self.markerByteCount && tail.allSatisfy(Self.isDigit)
        if !isMarker { try tail.withUnsafeBytes(body) }
        tail = []
    }

    private static func isDigit(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte)
    }
}
