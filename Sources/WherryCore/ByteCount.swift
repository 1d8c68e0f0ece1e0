/// A size in bytes, 0 or more.
public struct ByteCount: Hashable, Comparable, Sendable, Codable, CustomStringConvertible {
    /// The number of bytes.
    public let bytes: Int64

    /// So many bytes.
    public init(_ bytes: Int64) { self.bytes = bytes }

    /// Orders by size.
    public static func < (left: Self, right: Self) -> Bool { left.bytes < right.bytes }

    /// The sum of two sizes.
    public static func + (left: Self, right: Self) -> Self { ByteCount(left.bytes + right.bytes) }

    /// For people, in binary units with one decimal: `812 B`, `3.4 KiB`, `1.2 GiB`.
    public var description: String {
        let units = ["KiB", "MiB", "GiB", "TiB", "PiB"]
        guard bytes >= 1_024 else { return "\(bytes) B" }
        var tenths = bytes / 1_024 * 10 + bytes % 1_024 * 10 / 1_024
        var unit = 0
        while tenths >= 10_240, unit < units.count - 1 {
            tenths /= 1_024
            unit += 1
        }
        return "\(tenths / 10).\(tenths % 10) \(units[unit])"
    }

    /// Decodes a plain number of bytes.
    public init(from decoder: any Decoder) throws {
        bytes = try decoder.singleValueContainer().decode(Int64.self)
    }

    /// Encodes the plain number of bytes.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(bytes)
    }
}
