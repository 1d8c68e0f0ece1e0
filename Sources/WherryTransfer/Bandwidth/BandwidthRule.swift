/// One line of a timetable: a limit and the part of the week it rules.
package struct BandwidthRule: Sendable, Hashable, CustomStringConvertible {
    /// Part of a day, in minutes since midnight.
    ///
    /// One that ends before it starts runs over midnight into the next day.
    package struct Hours: Sendable, Hashable {
        /// The first minute, 0 to 1439.
        package var start: Int
        /// The minute after the last, 0 to 1440; never equal to `start`.
        package var end: Int

        /// From one minute to another.
        package init(start: Int, end: Int) { (self.start, self.end) = (start, end) }
    }

    /// The days on which it starts.
    package var days: Weekdays
    /// The time of day; nil for the whole of it.
    package var hours: Hours?
    /// The limit; nil for none.
    package var limit: ByteRate?

    /// A rule; of the whole week unless said otherwise.
    package init(days: Weekdays = .all, hours: Hours? = nil, limit: ByteRate?) {
        self.days = days
        self.hours = hours
        self.limit = limit
    }

    /// Whether it rules a second of a day, counted from 1970-01-01 and from midnight.
    func covers(day: Int64, second: Int) -> Bool {
        let today = days.contains(Weekdays(day: day))
        guard let hours else { return today }
        let (start, end) = (hours.start * 60, hours.end * 60)
        if start < end { return today && second >= start && second < end }
        return today && second >= start || days.contains(Weekdays(day: day - 1)) && second < end
    }

    /// The minutes of a day at which it may begin or end.
    var edges: [Int] {
        guard let hours else { return [0] }
        return [hours.start, hours.end % 1_440]
    }

    /// As a schedule writes it: `mon-fri 08:00-18:00=10M`.
    package var description: String {
        var when = days == .all && hours != nil ? [] : [days.description]
        if let hours { when.append("\(Self.clock(hours.start))-\(Self.clock(hours.end))") }
        return when.joined(separator: " ") + "=" + (limit?.description ?? "off")
    }

    private static func clock(_ minute: Int) -> String {
        let digits = String(10_000 + minute / 60 * 100 + minute % 60).dropFirst()
        return "\(digits.prefix(2)):\(digits.suffix(2))"
    }
}
