/// A set of days of the week.
package struct Weekdays: OptionSet, Sendable, Hashable, CustomStringConvertible {
    /// Bit 0 is Monday, bit 6 Sunday.
    package let rawValue: UInt8

    /// The days of those bits.
    package init(rawValue: UInt8) { self.rawValue = rawValue }

    /// The whole week.
    package static let all = Weekdays(rawValue: 0b111_1111)

    /// The days' names, Monday first.
    static let names = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]

    /// From one day to another, both included and counted from Monday = 0; `fri-mon` passes over the weekend.
    init(from first: Int, through last: Int) {
        let length = (last - first + 7) % 7
        self = (0...length).reduce(into: []) { $0.formUnion(Weekdays(index: (first + $1) % 7)) }
    }

    /// The one day counted from Monday = 0.
    init(index: Int) { rawValue = 1 << UInt8(index) }

    /// The one day that is so many days after 1970-01-01, which was a Thursday.
    init(day: Int64) { self.init(index: Int(((day + 3) % 7 + 7) % 7)) }

    /// As a schedule writes them, runs of three or more joined: `mon-fri`, `sat,sun`.
    package var description: String {
        var runs: [ClosedRange<Int>] = []
        for day in 0..<7 where contains(Weekdays(index: day)) {
            if let last = runs.last, last.upperBound == day - 1 {
                runs[runs.count - 1] = last.lowerBound...day
            } else {
                runs.append(day...day)
            }
        }
        return runs.flatMap { run in
            run.count > 2
                ? ["\(Self.names[run.lowerBound])-\(Self.names[run.upperBound])"] : run.map { Self.names[$0] }
        }
        .joined(separator: ",")
    }
}
