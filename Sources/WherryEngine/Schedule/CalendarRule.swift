import WherryCore

/// The five fields of a line of cron.
struct CalendarRule: Sendable, Hashable {
    /// A set of small numbers.
    struct Numbers: Sendable, Hashable {
        /// Bit n is the number n.
        var bits: UInt64 = 0
        /// Whether the field began with `*`: then it does not limit by itself.
        var isFree = false

        func contains(_ number: Int64) -> Bool { bits & (1 << UInt64(number)) != 0 }
        var values: [Int64] { (0..<64).filter(contains) }
    }

    /// 0 to 59.
    var minutes: Numbers
    /// 0 to 23.
    var hours: Numbers
    /// 1 to 31.
    var days: Numbers
    /// 1 to 12.
    var months: Numbers
    /// 0 to 6, Sunday first.
    var weekdays: Numbers

    /// The first moment after `moment`; nil when there is none within nine years, in which every date comes that there is.
    func next(after moment: Timestamp, in zone: ZoneOffset) -> Timestamp? {
        // Clocks that are moved back may show yesterday once more.
        let today = zone.local(moment).day - 1
        for day in today...today + 9 * 366 where covers(day: day) {
            if let next = moments(of: day, in: zone).filter({ $0 > moment }).min() { return next }
        }
        return nil
    }

    /// Whether a day, counted from 1970-01-01, is one of its days.
    private func covers(day: Int64) -> Bool {
        let (_, month, date) = Timestamp.civil(days: day)
        guard months.contains(month) else { return false }
        // 1970-01-01 was a Thursday.
        let weekday = ((day + 4) % 7 + 7) % 7
        if days.isFree || weekdays.isFree { return days.contains(date) && weekdays.contains(weekday) }
        return days.contains(date) || weekdays.contains(weekday)
    }

    /// Its moments on a day of the clock on the wall, in no order.
    private func moments(of day: Int64, in zone: ZoneOffset) -> [Timestamp] {
        let midnight = day * 86_400
        let shown = hours.values.flatMap { hour in minutes.values.map { midnight + hour * 3_600 + $0 * 60 } }
        let first = Timestamp(seconds: midnight - 86_400)
        let moves = zone.changes(from: first, through: Timestamp(seconds: midnight + 2 * 86_400))
        guard !moves.isEmpty else { return shown.map { Timestamp(seconds: $0 - Int64(zone.seconds(at: first))) } }
        let offsets = Set(([first] + moves).map { Int64(zone.seconds(at: $0)) })
        return shown.flatMap { time in
            let moments = offsets.map { Timestamp(seconds: time - $0) }
                .filter { $0.seconds + Int64(zone.seconds(at: $0)) == time }.sorted()
            // No clock shows that time: the moment at which they are moved past it.
            guard let first = moments.first else {
                return moves.filter { $0.seconds + Int64(zone.seconds(at: $0)) > time }.prefix(1)
            }
            return hours.isFree ? moments[...] : [first]
        }
    }
}
