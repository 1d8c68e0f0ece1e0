/// Hash slots of a cluster, 0 to 16 383.
struct SlotSet: Sendable, Hashable, CustomStringConvertible {
    /// The number of slots that a cluster has.
    static let slotCount = 16_384

    /// Ranges in order, apart from each other.
    private(set) var ranges: [ClosedRange<Int>]

    /// Joins ranges, in any order.
    ///
    /// - Returns: nil when one is not within 0…16383 or two overlap.
    init?(_ ranges: some Sequence<ClosedRange<Int>>) {
        var joined: [ClosedRange<Int>] = []
        for range in ranges.sorted(by: { $0.lowerBound < $1.lowerBound }) {
            guard range.lowerBound >= 0, range.upperBound < Self.slotCount else { return nil }
            if let last = joined.last {
                guard range.lowerBound > last.upperBound else { return nil }
                if range.lowerBound == last.upperBound + 1 {
                    joined[joined.count - 1] = last.lowerBound...range.upperBound
                    continue
                }
            }
            joined.append(range)
        }
        self.ranges = joined
    }

    /// The lowest slot; nil when there is none.
    var first: Int? { ranges.first?.lowerBound }

    /// The slots that are not in it.
    var missing: [ClosedRange<Int>] {
        var gaps: [ClosedRange<Int>] = []
        var next = 0
        for range in ranges {
            if range.lowerBound > next { gaps.append(next...(range.lowerBound - 1)) }
            next = range.upperBound + 1
        }
        if next < Self.slotCount { gaps.append(next...(Self.slotCount - 1)) }
        return gaps
    }

    /// Such as `0-5460, 5462`.
    var description: String { Self.text(ranges) }

    /// Ranges for people; of many only the first ten.
    static func text(_ ranges: [ClosedRange<Int>]) -> String {
        let parts = ranges.prefix(10).map { range in
            range.count == 1 ? "\(range.lowerBound)" : "\(range.lowerBound)-\(range.upperBound)"
        }
        return parts.joined(separator: ", ") + (ranges.count > parts.count ? ", …" : "")
    }
}
