/// Follows a string compressed with LZF without storing it: whether it unpacks to the declared length.
///
/// Format: a control byte below 32 stands before that many bytes plus one; any other is a copy of up to
/// 264 bytes from up to 8192 bytes back, in two or three bytes. Source: `lzf_d.c` of Redis 7.0.
struct LZFCheck: Sendable {
    enum Step {
        /// The string is complete.
        case end
        /// More bytes are needed.
        case more
        /// It does not unpack.
        case fault
    }

    /// The compressed bytes still to come.
    private var left: UInt64 = 0
    /// The length unpacked so far, and the one it must come to.
    private var produced: UInt64 = 0
    private var length: UInt64 = 0
    /// The bytes of a literal stretch still to be passed over; part of `left`.
    private var literal: UInt64 = 0

    /// No string.
    init() {}

    /// A string of `packedLength` bytes that unpacks to `length`.
    init(packedLength: UInt64, length: UInt64) {
        left = packedLength
        self.length = length
    }

    var isUnderWay: Bool { left > 0 }

    /// Reads on from `place`; a control element is read whole or not at all.
    mutating func consume(_ place: inout UnsafeRawPointer, _ limit: UnsafeRawPointer) -> Step {
        var next = place
        var (left, produced, literal) = (left, produced, literal)
        defer {
            place = next
            (self.left, self.produced, self.literal) = (left, produced, literal)
        }
        while left > 0 {
            let available = limit - next
            if literal > 0 {
                let passed = min(literal, UInt64(available))
                next += Int(passed)
                left &-= passed
                literal &-= passed
                if literal > 0 { return .more }
                continue
            }
            guard available > 0 else { return .more }
            let control = next.load(as: UInt8.self)
            if control < 32 {
                literal = UInt64(control) &+ 1
                guard literal < left, literal <= length &- produced else { return .fault }
                produced &+= literal
                next += 1
                left &-= 1
                continue
            }
            let size = control >= 0xe0 ? 3 : 2
            guard left >= UInt64(size) else { return .fault }
            guard available >= size else { return .more }
            let extra = size == 3 ? UInt64(next.load(fromByteOffset: 1, as: UInt8.self)) : 0
            let copied = UInt64(control >> 5) &+ extra &+ 2
            let low = UInt64(next.load(fromByteOffset: size - 1, as: UInt8.self))
            let distance = (UInt64(control & 0x1f) << 8 | low) &+ 1
            guard distance <= produced, copied <= length &- produced else { return .fault }
            produced &+= copied
            next += size
            left &-= UInt64(size)
        }
        return produced == length ? .end : .fault
    }
}
