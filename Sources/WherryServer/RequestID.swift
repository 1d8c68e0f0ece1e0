import FoundationEssentials

/// The id of a request: a UUID of version 4, as the provider's are.
enum RequestID {
    /// A new one, from 128 random bits.
    static func make(_ random: () -> UInt64) -> String {
        var bytes: [UInt8] = []
        for word in [random(), random()] {
            for shift in stride(from: 56, through: 0, by: -8) { bytes.append(UInt8(truncatingIfNeeded: word >> shift)) }
        }
        bytes[6] = bytes[6] & 0x0F | 0x40
        bytes[8] = bytes[8] & 0x3F | 0x80
        return bytes.withUnsafeBytes { UUID(uuid: $0.loadUnaligned(as: uuid_t.self)).uuidString.lowercased() }
    }
}
