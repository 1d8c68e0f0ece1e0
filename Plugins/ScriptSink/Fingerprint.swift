/// Eight hexadecimal digits that tell two texts apart in a name: FNV-1a of 32 bits.
///
/// (http://www.isthe.com/chongo/tech/comp/fnv, "FNV-1a"). It is no digest: names that matter get a number besides.
struct Fingerprint: Sendable, Hashable, CustomStringConvertible {
    private let value: UInt32

    /// The fingerprint of a text's bytes.
    init(of text: String) {
        value = text.utf8.reduce(0x811C_9DC5) { ($0 ^ UInt32($1)) &* 0x0100_0193 }
    }

    /// The digits.
    var description: String {
        let digits = String(value, radix: 16)
        return String(repeating: "0", count: 8 - digits.count) + digits
    }
}
