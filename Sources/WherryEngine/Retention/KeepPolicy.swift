package import WherryCore

/// Which copies of an instance a sink keeps: those that any of its rules wants, and always the newest.
///
/// `daily: 7` keeps the newest copy of each of the last seven days that have one, by the clock on the wall; weeks begin on
/// Monday. These are the rules of restic's `forget`.
package struct KeepPolicy: Sendable, Hashable {
    /// A stretch of the calendar of which one copy is kept.
    package enum Period: String, Sendable, CaseIterable {
        case hourly
        case daily
        case weekly
        case monthly
        case yearly
    }

    /// The newest so many.
    package var newest: Int?
    /// All whose backup was begun within so long before that of the newest: where no backups come any more, time alone
    /// removes nothing.
    package var within: Duration?
    /// One of each of the last so many periods.
    package var periods: [Period: Int]

    /// A policy; one without rules keeps the newest alone, which is why nobody makes it by leaving all out.
    package init(newest: Int? = nil, within: Duration? = nil, periods: [Period: Int] = [:]) {
        self.newest = newest
        self.within = within
        self.periods = periods
    }

    /// Why each of an instance's copies is kept, in words; empty for those that may go.
    ///
    /// - Parameter moments: when the backups of the copies were begun, the newest first.
    package func reasons(for moments: [Timestamp], in zone: ZoneOffset) -> [[String]] {
        guard let first = moments.first else { return [] }
        var reasons = moments.enumerated().map { index, moment in
            (index < max(1, newest ?? 1) ? ["newest"] : [])
                + (within.map { moment >= first - $0 } ?? false ? ["within"] : [])
        }
        for period in Period.allCases {
            var left = periods[period] ?? 0
            var last: Int64?
            for (index, moment) in moments.enumerated() where left > 0 {
                let number = period.number(of: moment, in: zone)
                guard number != last else { continue }
                last = number
                left -= 1
                reasons[index].append(period.rawValue)
            }
        }
        return reasons
    }
}

extension KeepPolicy.Period {
    /// The number of the period that a moment is in: the same for all moments in it.
    func number(of moment: Timestamp, in zone: ZoneOffset) -> Int64 {
        let (day, second) = zone.local(moment)
        let (year, month, _) = Timestamp.civil(days: day)
        return switch self {
        case .hourly: day * 24 + Int64(second / 3_600)
        case .daily: day
        // 1970-01-01 was a Thursday.
        case .weekly: (day + 3 - ((day + 3) % 7 + 7) % 7) / 7
        case .monthly: year * 12 + month
        case .yearly: year
        }
    }
}
