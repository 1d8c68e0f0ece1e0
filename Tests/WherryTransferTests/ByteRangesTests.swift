import Testing

@testable import WherryTransfer

/// Sets of byte ranges, against sets of single bytes.
@Suite
struct ByteRangesTests {
    @Test(arguments: 1...40)
    func agreesWithASetOfBytes(_ seed: UInt64) {
        var random = Lehmer(seed)
        var ranges = ByteRanges()
        var bytes: Set<Int64> = []
        for _ in 0..<30 {
            let start = Int64(random.next(60))
            let range = start..<start + Int64(random.next(12))
            ranges.insert(range)
            bytes.formUnion(range)
            #expect(ranges.count == Int64(bytes.count))
            #expect(zip(ranges.ranges, ranges.ranges.dropFirst()).allSatisfy { $0.upperBound < $1.lowerBound })
            let missing = (0..<80).filter { !bytes.contains($0) }
            #expect(ranges.gaps(in: 0..<80).flatMap { Array($0) } == missing)
            let from = Int64(random.next(80))
            #expect(ranges.firstGap(from: from, before: 80)?.lowerBound == missing.first { $0 >= from })
            #expect(ranges.contains(range))
            #expect(ranges.prefix == Int64((0..<80).prefix { bytes.contains($0) }.count))
        }
    }
}

/// A small generator that a seed brings back.
struct Lehmer {
    private var state: UInt64

    init(_ seed: UInt64) { state = seed &* 2_654_435_761 % 2_147_483_647 | 1 }

    /// A number from 0 to `limit` - 1.
    mutating func next(_ limit: Int) -> Int {
        state = state &* 48_271 % 2_147_483_647
        return Int(state % UInt64(limit))
    }
}
