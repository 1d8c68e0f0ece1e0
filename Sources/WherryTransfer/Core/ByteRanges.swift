/// A set of byte positions, kept as ascending ranges that neither touch nor overlap.
struct ByteRanges: Sendable, Hashable {
    /// The ranges, half open, ascending, with at least one byte missing between two of them.
    private(set) var ranges: [Range<Int64>] = []

    /// The empty set, or the union of `ranges` in any order.
    init(_ ranges: [Range<Int64>] = []) {
        for range in ranges { insert(range) }
    }

    /// How many bytes are in the set.
    var count: Int64 { ranges.reduce(0) { $0 + $1.upperBound - $1.lowerBound } }

    /// Whether no byte is in the set.
    var isEmpty: Bool { ranges.isEmpty }

    /// The end of the run of bytes that starts at 0; 0 when byte 0 is not in the set.
    var prefix: Int64 {
        guard let first = ranges.first, first.lowerBound == 0 else { return 0 }
        return first.upperBound
    }

    /// The end of the run of bytes that `position` is in; nil when it is not in the set.
    func end(ofRunAt position: Int64) -> Int64? {
        let index = firstIndex(endingAfter: position)
        guard index < ranges.count, ranges[index].lowerBound <= position else { return nil }
        return ranges[index].upperBound
    }

    /// Whether every byte of `range` is in the set.
    func contains(_ range: Range<Int64>) -> Bool {
        range.isEmpty || (end(ofRunAt: range.lowerBound) ?? range.lowerBound) >= range.upperBound
    }

    /// Adds a range; an empty one changes nothing.
    mutating func insert(_ range: Range<Int64>) {
        guard !range.isEmpty else { return }
        // Nearly always the growth of an existing run.
        let first = firstIndex(endingAfter: range.lowerBound - 1)
        var last = first
        var merged = range
        while last < ranges.count, ranges[last].lowerBound <= range.upperBound {
            merged = min(merged.lowerBound, ranges[last].lowerBound)..<max(merged.upperBound, ranges[last].upperBound)
            last += 1
        }
        ranges.replaceSubrange(first..<last, with: CollectionOfOne(merged))
    }

    /// The ranges of `whole` that are not in the set, ascending.
    func gaps(in whole: Range<Int64>) -> [Range<Int64>] {
        var gaps: [Range<Int64>] = []
        var next = whole.lowerBound
        for range in ranges where range.upperBound > whole.lowerBound && range.lowerBound < whole.upperBound {
            if range.lowerBound > next { gaps.append(next..<range.lowerBound) }
            next = max(next, range.upperBound)
        }
        if next < whole.upperBound { gaps.append(next..<whole.upperBound) }
        return gaps
    }

    /// The first gap from `position` on; nil when none is left before `end`.
    func firstGap(from position: Int64, before end: Int64) -> Range<Int64>? {
        var next = position
        for range in ranges[firstIndex(endingAfter: position)...] {
            if range.lowerBound > next { return next < end ? next..<min(range.lowerBound, end) : nil }
            next = range.upperBound
        }
        return next < end ? next..<end : nil
    }

    private func firstIndex(endingAfter position: Int64) -> Int {
        var (low, high) = (0, ranges.count)
        while low < high {
            let middle = (low + high) / 2
            if ranges[middle].upperBound > position { high = middle } else { low = middle + 1 }
        }
        return low
    }
}
