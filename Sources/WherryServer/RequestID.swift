/// The id of a request: a UUID of version 4, as the provider's are.
enum RequestID {
    /// A new one, from 128 random bits.
    static func make(_ random: () -> UInt64) -> String {
        let high = random() & ~0xF000 | 0x4000
        let low = random() & ~(0b11 << 62) | 0b10 << 62
        return String(unsafeUninitializedCapacity: 36) { bytes in
            var end = 0
            for position in 0..<32 {
                if position == 8 || position == 12 || position == 16 || position == 20 {
                    bytes[end] = UInt8(ascii: "-")
                    end += 1
                }
                let word = position < 16 ? high : low
                let digit = UInt8(truncatingIfNeeded: word >> (60 - 4 * UInt64(position % 16)) & 15)
                bytes[end] = digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") - 10 + digit
                end += 1
            }
            return end
        }
    }
}
