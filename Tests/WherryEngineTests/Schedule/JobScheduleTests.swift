import Testing
import WherryCore
import WherryTestSupport
import WherryTransfer

@testable import WherryEngine

/// When jobs are due.
@Suite
struct JobScheduleTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let schedule: String
        let after: String
        let next: [String]
        var zone = "UTC"
        var testDescription: String { "\(schedule) after \(after) in \(zone)" }
    }

    @Test(arguments: [
        Case(schedule: "30 2 * * *", after: "2026-11-29T02:29:59Z", next: ["2026-11-29T02:30:00Z"]),
        Case(schedule: "30 2 * * *", after: "2026-11-29T02:30:00Z", next: ["2026-11-30T02:30:00Z"]),
        Case(schedule: "daily", after: "2026-12-31T00:00:01Z", next: ["2027-01-01T00:00:00Z"]),
        Case(schedule: "@hourly", after: "2026-11-29T23:00:00Z", next: ["2026-11-30T00:00:00Z"]),
        Case(schedule: "weekly", after: "2026-11-29T00:00:00Z", next: ["2026-12-06T00:00:00Z"]),
        Case(schedule: "monthly", after: "2026-11-29T00:00:00Z", next: ["2026-12-01T00:00:00Z"]),
        Case(
            schedule: "every 6h",
            after: "2026-11-29T05:59:59Z",
            next: ["2026-11-29T06:00:00Z", "2026-11-29T12:00:00Z"]
        ),
        Case(
            schedule: "Every 45M",
            after: "1970-01-01T00:00:00Z",
            next: ["1970-01-01T00:45:00Z", "1970-01-01T01:30:00Z"]
        ),
        Case(
            schedule: "*/20 8-9 * * mon-fri",
            after: "2026-11-27T09:20:00Z",  // a Friday
            next: ["2026-11-27T09:40:00Z", "2026-11-30T08:00:00Z", "2026-11-30T08:20:00Z"]
        ),
        Case(
            schedule: "0 12 * * 7",
            after: "2026-11-28T12:00:00Z",
            next: ["2026-11-29T12:00:00Z", "2026-12-06T12:00:00Z"]
        ),
        Case(
            schedule: "0 0 * * sat-sun",
            after: "2026-11-27T00:00:00Z",
            next: ["2026-11-28T00:00:00Z", "2026-11-29T00:00:00Z"]
        ),
        // Either day is enough where both are limited, and not where one of them begins with a star.
        Case(
            schedule: "0 0 13 * fri",
            after: "2026-11-10T00:00:00Z",
            next: ["2026-11-13T00:00:00Z", "2026-11-20T00:00:00Z"]
        ),
        Case(
            schedule: "0 0 1 * fri",
            after: "2026-11-28T00:00:00Z",
            next: ["2026-12-01T00:00:00Z", "2026-12-04T00:00:00Z"]
        ),
        Case(
            schedule: "0 0 */2 * fri",
            after: "2026-11-10T00:00:00Z",
            next: ["2026-11-13T00:00:00Z", "2026-11-27T00:00:00Z"]
        ),
        Case(
            schedule: "0 0 29 2 *",
            after: "2026-11-29T00:00:00Z",
            next: ["2028-02-29T00:00:00Z", "2032-02-29T00:00:00Z"]
        ),
        Case(schedule: "0 0 29 2 *", after: "2096-03-01T00:00:00Z", next: ["2104-02-29T00:00:00Z"]),
        Case(
            schedule: "5/25 0 1 jan,jul *",
            after: "2026-07-01T00:30:00Z",
            next: ["2026-07-01T00:55:00Z", "2027-01-01T00:05:00Z"]
        ),
        // Berlin: forward on 29 March 2026 at 01:00 UTC, back on 25 October at 01:00 UTC.
        Case(
            schedule: "30 2 * * *",
            after: "2026-03-28T01:30:00Z",
            next: ["2026-03-29T01:00:00Z", "2026-03-30T00:30:00Z"],
            zone: "Europe/Berlin"
        ),
        Case(
            schedule: "30 2 * * *",
            after: "2026-10-24T00:30:00Z",
            next: ["2026-10-25T00:30:00Z", "2026-10-26T01:30:00Z"],
            zone: "Europe/Berlin"
        ),
        Case(
            schedule: "30 * * * *",
            after: "2026-10-24T23:30:00Z",
            next: ["2026-10-25T00:30:00Z", "2026-10-25T01:30:00Z", "2026-10-25T02:30:00Z"],
            zone: "Europe/Berlin"
        ),
        Case(
            schedule: "*/30 * * * *",
            after: "2026-03-29T00:30:00Z",
            next: ["2026-03-29T01:00:00Z", "2026-03-29T01:30:00Z"],
            zone: "Europe/Berlin"
        ),
        // Lord Howe moves its clocks by half an hour; Kathmandu is 5:45 ahead; Samoa had no 30 December 2011.
        Case(
            schedule: "15 2 * * *",
            after: "2026-10-03T00:00:00Z",
            next: ["2026-10-03T15:30:00Z"],
            zone: "Australia/Lord_Howe"
        ),
        Case(
            schedule: "0 0 * * *",
            after: "2026-11-29T00:00:00Z",
            next: ["2026-11-29T18:15:00Z"],
            zone: "Asia/Kathmandu"
        ),
        Case(
            schedule: "0 12 * * *",
            after: "2011-12-29T22:00:00Z",
            next: ["2011-12-30T10:00:00Z", "2011-12-30T22:00:00Z"],
            zone: "Pacific/Apia"
        ),
    ])
    func isDue(_ one: Case) throws {
        let schedule = try JobSchedule(one.schedule)
        let zone = try #require(ZoneOffset(named: one.zone))
        var moment = try #require(Timestamp(one.after))
        for expected in one.next {
            moment = try #require(schedule.next(after: moment, in: zone))
            #expect(moment.description == expected)
        }
    }

    @Test(arguments: [
        "", "daily now", "* * * *", "* * * * * *", "60 * * * *", "* 24 * * *", "* * 0 * *", "* * 32 * *", "* * * 13 *",
        "* * * * 8", "*/0 * * * *", "*/x * * * *", "5-1 * * * *", "1,,2 * * * *", "1- * * * *", "-1 * * * *",
        "* * * foo *",
        "1/2/3 * * * *", "0 0 30 feb *", "0 0 31 4,6,9,11 *", "every", "every 6", "every 0h", "every 90s",
        "every 6h now",
        "every 400d", "@reboot", "fortnightly", "1111111 * * * *", "१ * * * *",
    ])
    func whatIsNoneIsRefused(_ text: String) throws {
        let failure = #expect(throws: Failure.self) { try JobSchedule(text) }
        #expect(failure?.code == "config.schedule")
        #expect(failure?.failureClass == .configuration)
    }

    /// What a clock on the wall shows at one moment.
    private struct Shown {
        var moment: Timestamp
        var month, date, weekday, hour, minute: Int64
    }

    /// Beside the simplest rule there is: look at each minute's clock on the wall.
    @Test(arguments: ["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "UTC"])
    func agreesWithLookingAtTheClockEachMinute(name: String) throws {
        let zone = try #require(ZoneOffset(named: name))
        // A year's two changes of clocks are in the spans around them.
        for start in ["2026-03-27T12:00:00Z", "2026-10-02T12:00:00Z", "2026-10-24T00:00:00Z", "2026-11-01T00:00:00Z"] {
            let first = try #require(Timestamp(start))
            let end = first + .seconds(3 * 86_400)
            let minutes = stride(from: first.seconds + 60, through: end.seconds, by: 60).map { seconds -> Shown in
                let (day, second) = zone.local(Timestamp(seconds: seconds))
                let (_, month, date) = Timestamp.civil(days: day)
                return Shown(
                    moment: Timestamp(seconds: seconds),
                    month: month,
                    date: date,
                    weekday: ((day + 4) % 7 + 7) % 7,
                    hour: Int64(second / 3_600),
                    minute: Int64(second / 60 % 60)
                )
            }
            let moves = zone.changes(from: first, through: end)
            var random = SeededRandom(seed: UInt64(first.seconds))
            for _ in 0..<5 {
                let text = Self.anySchedule(&random)
                let schedule = try JobSchedule(text)
                guard case .calendar(let rule) = schedule.rule else { continue }
                var found: Set<Timestamp> = []
                var moment = first
                while let next = schedule.next(after: moment, in: zone), next <= end {
                    found.insert(next)
                    moment = next
                }
                let expected = Set(minutes.filter { Self.fits($0, rule) }.map(\.moment))
                // What is left out when clocks move forward is made up for at that moment.
                #expect(found.subtracting(expected).isSubset(of: moves), "\(text) in \(name)")
                #expect(expected.isSubset(of: found), "\(text) in \(name)")
            }
        }
    }

    /// An hour that is given comes once a day whatever clocks do, which looking at a clock does not know: hours are free.
    private static func anySchedule(_ random: inout SeededRandom) -> String {
        func field(_ range: ClosedRange<Int>) -> String {
            switch random.next() % 3 {
            case 0: "*"
            case 1: "*/\(Int.random(in: 2...7, using: &random))"
            default: "\(Int.random(in: range, using: &random))"
            }
        }
        return "\(field(0...59)) */\(Int.random(in: 1...3, using: &random)) \(field(1...28)) * \(field(0...6))"
    }

    private static func fits(_ shown: Shown, _ rule: CalendarRule) -> Bool {
        let (date, weekday) = (rule.days.contains(shown.date), rule.weekdays.contains(shown.weekday))
        let isDay = rule.days.isFree || rule.weekdays.isFree ? date && weekday : date || weekday
        return isDay && rule.months.contains(shown.month) && rule.hours.contains(shown.hour)
            && rule.minutes.contains(shown.minute)
    }
}
