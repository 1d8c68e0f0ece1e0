/// A speed in whole bytes a second, from 1 kB/s to 1000 GB/s.
package struct ByteRate: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// The speeds a limit may have: slower ones would look like a hanging transfer.
    package static let range: ClosedRange<Int64> = 1_000...1_000_000_000_000

    /// Bytes a second.
    package let bytesPerSecond: Int64

    /// So many bytes a second, brought into ``range``.
    package init(bytesPerSecond: Int64) {
        self.bytesPerSecond = min(max(bytesPerSecond, Self.range.lowerBound), Self.range.upperBound)
    }

    /// Orders by speed.
    package static func < (left: Self, right: Self) -> Bool { left.bytesPerSecond < right.bytesPerSecond }

    /// The exact speed in the largest unit that needs no fraction, as a schedule writes it: `10M`, `512KiB`, `1234567B`.
    package var description: String {
        let unit = Self.units.last { bytesPerSecond % $0.bytes == 0 } ?? Self.units[0]
        return "\(bytesPerSecond / unit.bytes)\(unit.name)"
    }

    /// How many bytes pass in `duration`, rounded down.
    package func bytes(in duration: Duration) -> Int64 {
        Int64(clamping: Int128(bytesPerSecond) * duration.attoseconds / 1_000_000_000_000_000_000)
    }

    /// The bytes in the unit of that name; nil for no unit of ours.
    ///
    /// Upper and lower case count, because `Mb` elsewhere means bits; only `k` may be written small, as SI does.
    static func bytes(inUnit name: String) -> Int64? {
        let plain = name.count == 2 && name.last == "B" ? String(name.dropLast()) : name
        return units.first { $0.name == (plain == "k" ? "K" : plain) }?.bytes
    }

    /// The units by size.
    private static let units: [(name: String, bytes: Int64)] = [
        ("B", 1), ("K", 1_000), ("KiB", 1_024), ("M", 1_000_000), ("MiB", 1_048_576), ("G", 1_000_000_000),
        ("GiB", 1_073_741_824),
    ]
}
