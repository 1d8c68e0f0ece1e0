/// How far local time is ahead of UTC, at each moment: all that a timetable needs to know of a time zone.
package struct ZoneOffset: Sendable {
    private let provider: @Sendable (Timestamp) -> Int

    /// A zone that asks `provider` for the seconds east of UTC; it must give the same answer for the same moment.
    package init(_ provider: @escaping @Sendable (Timestamp) -> Int) { self.provider = provider }

    /// UTC itself.
    package static let utc = ZoneOffset { _ in 0 }

    /// Seconds east of UTC at a moment; negative in the west.
    package func seconds(at moment: Timestamp) -> Int { provider(moment) }

    /// Days since 1970-01-01 and seconds since midnight, as local clocks show them.
    package func local(_ moment: Timestamp) -> (day: Int64, second: Int) {
        let shown = moment.seconds + Int64(seconds(at: moment))
        let second = (shown % 86_400 + 86_400) % 86_400
        return ((shown - second) / 86_400, Int(second))
    }

    /// The moments in a span at which the offset changes, in order.
    ///
    /// Finds one change a day: no zone is known to have had two.
    package func changes(from start: Timestamp, through end: Timestamp) -> [Timestamp] {
        var changes: [Timestamp] = []
        var before = start.seconds
        while before < end.seconds {
            var (low, high) = (before, min(before + 86_400, end.seconds))
            before = high
            let old = seconds(at: Timestamp(seconds: low))
            guard seconds(at: Timestamp(seconds: high)) != old else { continue }
            while high - low > 1 {
                let middle = low + (high - low) / 2
                if seconds(at: Timestamp(seconds: middle)) == old { low = middle } else { high = middle }
            }
            changes.append(Timestamp(seconds: high))
        }
        return changes
    }
}
