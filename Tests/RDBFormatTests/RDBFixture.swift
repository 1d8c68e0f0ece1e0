import Foundation
import RDBFormat

/// The dumps in Tests/Fixtures/rdb, made by scripts/make-fixtures with redis-server 7.0.15.
enum RDBFixture {
    static let checksummed = [
        "all-types", "minimal", "orders-1", "orders-2", "orders-3", "sessions-shard-0", "sessions-shard-1",
        "sessions-shard-2",
    ]

    static func bytes(_ name: String) throws -> [UInt8] {
        let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        return try [UInt8](Data(contentsOf: folder.appending(path: "Fixtures/rdb/\(name).rdb")))
    }
}

/// Scans pieces of a file in order.
func scan(_ pieces: some Sequence<some Collection<UInt8>>) -> RDBScan {
    var scanner = RDBScanner()
    for piece in pieces {
        Array(piece).withUnsafeBytes { scanner.update($0) }
    }
    return scanner.finish()
}

/// Scans a file in one piece.
func scan(_ bytes: some Collection<UInt8>) -> RDBScan {
    scan(CollectionOfOne(bytes))
}

func crc(_ bytes: some Collection<UInt8>) -> UInt64 {
    var crc = CRC64()
    Array(bytes).withUnsafeBytes { crc.update($0) }
    return crc.value
}

/// Closes the beginning of a file with an end marker and its right checksum.
func sealed(_ beginning: [UInt8]) -> [UInt8] {
    let body = beginning + [0xff]
    return body + withUnsafeBytes(of: crc(body).littleEndian, Array.init)
}

/// Random numbers that are the same on every run (SplitMix64).
struct Noise: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) {
        state = seed
    }

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = (state ^ state >> 30) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ mixed >> 27) &* 0x94d0_49bb_1331_11eb
        return mixed ^ mixed >> 31
    }
}

/// Bytes that look random and are the same on every run.
func noise(_ count: Int, seed: UInt64) -> [UInt8] {
    var noise = Noise(seed: seed)
    return (0..<count).map { _ in UInt8(truncatingIfNeeded: noise.next() >> 56) }
}
