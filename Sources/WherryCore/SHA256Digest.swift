/// A SHA-256 value, as 64 lower-case hexadecimal digits.
public struct SHA256Digest: Sendable, Hashable, CustomStringConvertible {
    /// The 64 digits.
    public let hex: String

    /// Reads 64 hexadecimal digits of either case; nil for anything else.
    public init?(hex: some StringProtocol) {
        let digits = hex.lowercased()
        let isHex = digits.utf8.allSatisfy { (48...57).contains($0) || (97...102).contains($0) }
        guard digits.utf8.count == 64, isHex else { return nil }
        self.hex = digits
    }

    /// The digest whose 32 bytes are given; shorter or longer input gives nil.
    public init?(bytes: some Sequence<UInt8>) {
        let table = Array("0123456789abcdef".utf8)
        var digits: [UInt8] = []
        digits.reserveCapacity(64)
        for byte in bytes {
            digits.append(table[Int(byte >> 4)])
            digits.append(table[Int(byte & 15)])
        }
        guard digits.count == 64 else { return nil }
        hex = String(decoding: digits, as: UTF8.self)
    }

    /// The 64 digits.
    public var description: String { hex }
}
