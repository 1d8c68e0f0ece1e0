import RDBFormat
import Testing

/// Records written by hand, under the header of a version that has them.
struct RDBSample: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var header: String
    var records: [UInt8]
    var kinds: [RDBValueKind: Int64]

    init(_ description: String, _ header: String, _ records: [UInt8], _ kinds: [RDBValueKind: Int64] = [:]) {
        testDescription = description
        self.header = header
        self.records = records
        self.kinds = kinds
    }

    /// A sample of one key.
    init(type: UInt8, _ header: String, _ value: [UInt8], _ kind: RDBValueKind) {
        self.init("\(header) type \(type)", header, Self.key(type, value), [kind: 1])
    }

    static func key(_ type: UInt8, _ value: [UInt8]) -> [UInt8] { [type] + RDBWire.string("key") + value }

    var hasChecksum: Bool { header.hasPrefix("VALKEY") || header >= "REDIS0005" }

    var beginning: [UInt8] { Array(header.utf8) + records }

    var endWithoutChecksum: [UInt8] { [0xff] + [UInt8](repeating: 0, count: hasChecksum ? 8 : 0) }

    /// The file as a server writes it.
    var file: [UInt8] { hasChecksum ? sealed(beginning) : fileWithoutChecksum }

    /// The file as a server told to compute no checksum writes it.
    var fileWithoutChecksum: [UInt8] { beginning + endWithoutChecksum }

    /// Every sample of the Redis format in one file of its newest version.
    static let everything: RDBSample = {
        let parts = (opcodes + types).filter { $0.header.hasPrefix("REDIS") }
        let kinds = parts.reduce(into: [:]) { $0.merge($1.kinds, uniquingKeysWith: +) }
        return RDBSample("everything", "REDIS0014", parts.flatMap(\.records), kinds)
    }()

    static let opcodes: [RDBSample] = [
        RDBSample("nothing", "REDIS0010", []),
        RDBSample("SELECTDB", "REDIS0002", [0xfe, 0, 0xfe, 0x40, 0xff]),
        RDBSample("EXPIRETIME", "REDIS0002", [0xfd, 1, 2, 3, 4] + key(0, RDBWire.string("v")), [.string: 1]),
        RDBSample("EXPIRETIME_MS", "REDIS0003", [0xfc, 1, 2, 3, 4, 5, 6, 7, 8] + key(0, [1, 1]), [.string: 1]),
        RDBSample("RESIZEDB", "REDIS0007", [0xfb, 0x80, 0, 1, 0, 0, 0]),
        RDBSample("AUX", "REDIS0007", [0xfa] + RDBWire.string("a") + [0xc2, 1, 2, 3, 4]),
        RDBSample("FREQ", "REDIS0009", [0xf9, 200] + key(0, [0xc0, 1]), [.string: 1]),
        RDBSample("IDLE", "REDIS0009", [0xf8, 0x80, 0, 0, 1, 0] + key(0, [0xc0, 1]), [.string: 1]),
        RDBSample("MODULE_AUX", "REDIS0009", [0xf7] + RDBWire.longLength(77) + [2, 1] + RDBWire.moduleFields),
        RDBSample("FUNCTION2", "REDIS0010", [0xf5] + RDBWire.string("#!lua name=f")),
        RDBSample(
            "FUNCTION_PRE_GA with a description",
            "REDIS0010",
            [0xf6] + RDBWire.string("f") + RDBWire.string("LUA") + [1] + RDBWire.string("text") + RDBWire.string("code")
        ),
        RDBSample(
            "FUNCTION_PRE_GA without one",
            "REDIS0010",
            [0xf6] + RDBWire.string("f") + RDBWire.string("LUA") + [0] + RDBWire.string("code")
        ),
        RDBSample("SLOT_INFO", "REDIS0012", [0xf4, 0x7f, 0xff, 3, 1]),
        RDBSample("SLOT_INFO of a foreign server", "VALKEY080", [0xf4, 0x7f, 0xff, 3, 1]),
        RDBSample(
            "KEY_META",
            "REDIS0013",
            [0xf3, 2] + [1, 2, 3, 4] + RDBWire.moduleFields + [1, 2, 3, 5, 2, 9, 0] + key(0, [1, 1]),
            [.string: 1]
        ),
        RDBSample("SLOT_IMPORT", "VALKEY080", [0xf3] + RDBWire.string("job") + [2, 0, 1, 0x40, 0xff, 0x41, 0xff]),
    ]

    private static let expiringPairs: [UInt8] =
        [2, 0] + RDBWire.string("f") + RDBWire.string("v")
        + RDBWire.longLength(123_456) + RDBWire.string("g") + RDBWire.compressed

    static let types: [RDBSample] = [
        RDBSample(type: 0, "REDIS0002", RDBWire.compressed, .string),
        RDBSample(type: 0, "REDIS0001", RDBWire.string(noise(300, seed: 1)), .string),
        RDBSample(type: 1, "REDIS0002", [3, 0xc0, 1, 0xc1, 1, 2, 0xc2, 1, 2, 3, 4], .list),
        RDBSample(type: 1, "REDIS0006", [0x80, 0, 0, 0, 1, 0], .list),
        RDBSample(type: 2, "REDIS0002", [2, 1, 0x61, 1, 0x62], .set),
        RDBSample(type: 3, "REDIS0006", [4, 1, 0x61, 3, 0x31, 0x2e, 0x35, 1, 0x62, 253, 1, 0x63, 254, 0, 255], .zset),
        RDBSample(type: 4, "REDIS0006", [1, 1, 0x61, 1, 0x62], .hash),
        RDBSample(type: 5, "REDIS0008", [1, 1, 0x61] + [UInt8](repeating: 0xff, count: 8), .zset),
        RDBSample(type: 7, "REDIS0008", RDBWire.longLength(1 << 63 + 5) + RDBWire.moduleFields, .module),
        RDBSample(type: 9, "REDIS0002", RDBWire.string(RDBWire.zipmap), .hash),
        RDBSample(type: 10, "REDIS0006", RDBWire.string(RDBWire.ziplist()), .list),
        RDBSample(type: 10, "REDIS0006", RDBWire.compressed, .list),
        RDBSample(type: 11, "REDIS0006", RDBWire.string(RDBWire.intset(2, count: 5)), .set),
        RDBSample(type: 11, "REDIS0006", RDBWire.string(RDBWire.intset(8, count: 500)), .set),
        RDBSample(type: 12, "REDIS0006", RDBWire.string(RDBWire.ziplist(noise(90, seed: 2))), .zset),
        RDBSample(type: 13, "REDIS0006", RDBWire.string(RDBWire.ziplist()), .hash),
        RDBSample(type: 14, "REDIS0007", [2] + RDBWire.string(RDBWire.ziplist()) + RDBWire.compressed, .list),
        RDBSample(type: 15, "REDIS0009", RDBWire.stream(1), .stream),
        RDBSample(type: 16, "REDIS0010", RDBWire.string(RDBWire.listpack()), .hash),
        RDBSample(type: 17, "REDIS0010", RDBWire.string(RDBWire.listpack([0])), .zset),
        RDBSample(
            type: 18,
            "REDIS0010",
            [3, 2] + RDBWire.string(RDBWire.listpack()) + [1] + RDBWire.string("plain") + [2] + RDBWire.compressed,
            .list
        ),
        RDBSample(type: 19, "REDIS0010", RDBWire.stream(2), .stream),
        RDBSample(type: 20, "REDIS0011", RDBWire.string(RDBWire.listpack()), .set),
        RDBSample(type: 21, "REDIS0011", RDBWire.stream(3), .stream),
        RDBSample(type: 22, "REDIS0012", expiringPairs, .hash),
        RDBSample(type: 23, "REDIS0012", RDBWire.string(RDBWire.listpack()), .hash),
        RDBSample(type: 24, "REDIS0012", [UInt8](repeating: 9, count: 8) + expiringPairs, .hash),
        RDBSample(type: 25, "REDIS0012", [1, 2, 3, 4, 5, 6, 7, 8] + RDBWire.string(RDBWire.listpack()), .hash),
        RDBSample(type: 26, "REDIS0013", RDBWire.stream(4), .stream),
        RDBSample(type: 27, "REDIS0014", RDBWire.stream(5), .stream),
        RDBSample(
            type: 28,
            "REDIS0014",
            [4, 1, 5, 0, 0, 1, 0x61, 1, 1] + [1, 2, 3, 4, 5, 6, 7, 8, 2, 2] + [1, 2, 3, 4, 5, 6, 7, 8, 0x40, 99, 3, 0],
            .array
        ),
        RDBSample(type: 28, "REDIS0014", [0, 0], .array),
        RDBSample(type: 21, "VALKEY080", RDBWire.stream(3), .stream),
        RDBSample(
            type: 22,
            "VALKEY080",
            [2, 1, 0x61, 1, 0x62] + [UInt8](repeating: 0xff, count: 8) + [0, 0, 1, 2, 3, 4, 5, 6, 7, 8],
            .hash
        ),
    ]
}
