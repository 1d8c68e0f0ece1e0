/// The parts RDB files are made of, written by hand.
enum RDBWire {
    static func length(_ value: Int) -> [UInt8] {
        switch value {
        case ..<0x40: [UInt8(value)]
        case ..<0x4000: [UInt8(value >> 8) | 0x40, UInt8(value & 0xff)]
        default: [0x80] + bigEndian(UInt64(value), 4)
        }
    }

    static func longLength(_ value: UInt64) -> [UInt8] { [0x81] + bigEndian(value, 8) }

    static func string(_ bytes: [UInt8]) -> [UInt8] { length(bytes.count) + bytes }

    static func string(_ text: String) -> [UInt8] { string(Array(text.utf8)) }

    /// 120 bytes of one letter: a literal byte and a copy of 119.
    static let compressed: [UInt8] = [0xc3] + length(5) + length(120) + [0x00, 0x61, 0xe0, 110, 0x00]

    static func ziplist(_ entries: [UInt8] = []) -> [UInt8] {
        let total = UInt64(11 + entries.count)
        return littleEndian(total, 4) + littleEndian(10, 4) + [0, 0] + entries + [0xff]
    }

    static func listpack(_ entries: [UInt8] = []) -> [UInt8] {
        littleEndian(UInt64(7 + entries.count), 4) + [0, 0] + entries + [0xff]
    }

    static func intset(_ width: Int, count: Int) -> [UInt8] {
        littleEndian(UInt64(width), 4) + littleEndian(UInt64(count), 4) + [UInt8](repeating: 1, count: width * count)
    }

    static let zipmap: [UInt8] = [1, 1, 0x61, 1, 0, 0x62, 0xff]

    /// A stream of one listpack and one group, in one of its revisions.
    static func stream(_ revision: Int) -> [UInt8] {
        var bytes = length(1) + string([UInt8](repeating: 7, count: 16)) + string(listpack([1, 1]))
        bytes += length(1) + longLength(1_700_000_000_000) + length(3)
        bytes += revision >= 2 ? length(1) + length(0) + length(0) + length(0) + length(9) : []
        bytes += length(1) + string("group") + length(1) + length(2)
        bytes += revision >= 2 ? length(5) : []
        bytes +=
            length(2) + [UInt8](repeating: 1, count: 24) + length(1) + [UInt8](repeating: 2, count: 24) + length(70)
        bytes += length(2) + consumer(revision, pending: 2) + consumer(revision, pending: 0)
        bytes += revision >= 5 ? length(1) + [UInt8](repeating: 4, count: 16) : []
        guard revision >= 4 else { return bytes }
        let entry = string("request") + length(1) + length(2)
        return bytes + length(100) + length(100) + length(2) + string("p") + length(2) + entry + entry + string("q")
            + length(0) + length(3) + length(1)
    }

    private static func consumer(_ revision: Int, pending: Int) -> [UInt8] {
        string("consumer") + [UInt8](repeating: 5, count: revision >= 3 ? 16 : 8) + length(pending)
            + [UInt8](repeating: 6, count: 16 * pending)
    }

    /// One field of each kind a module can write, and the end.
    static let moduleFields: [UInt8] =
        [1] + longLength(.max) + [2, 0x41, 0] + [3, 1, 2, 3, 4] + [4, 1, 2, 3, 4, 5, 6, 7, 8] + [5]
        + string("text") + [5] + compressed + [5, 0xc1, 1, 2] + [0]

    static func bigEndian(_ value: UInt64, _ count: Int) -> [UInt8] { littleEndian(value, count).reversed() }

    static func littleEndian(_ value: UInt64, _ count: Int) -> [UInt8] {
        (0..<count).map { UInt8(truncatingIfNeeded: value >> (8 * UInt64($0))) }
    }
}
