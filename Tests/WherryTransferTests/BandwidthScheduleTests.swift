import Testing
import WherryCore
import WherryTransfer

@Suite
struct BandwidthScheduleTests {
    struct Rate: Sendable, CustomTestStringConvertible {
        let text: String
        let bytes: Int64?
        var testDescription: String { text }
        init(_ text: String, _ bytes: Int64?) { (self.text, self.bytes) = (text, bytes) }
    }

    @Test(arguments: [
        Rate("10M", 10_000_000), Rate("10MB/s", 10_000_000), Rate("10 MiB/s", 10_485_760), Rate("512KiB", 524_288),
        Rate("64k", 64_000), Rate("64kB", 64_000), Rate("1.5G", 1_500_000_000), Rate("0.125 MiB", 131_072),
        Rate("2GiB / s", 2_147_483_648), Rate("500000B", 500_000), Rate("1K", 1_000), Rate("1000G", 1_000_000_000_000),
        Rate("off", nil), Rate("Unlimited", nil), Rate("  5M  ", 5_000_000),
    ])
    func readsOneLimit(_ rate: Rate) throws {
        let schedule = try BandwidthSchedule(rate.text)
        #expect(schedule.rules.isEmpty)
        #expect(schedule.otherwise?.bytesPerSecond == rate.bytes)
    }

    struct Wrong: Sendable, CustomTestStringConvertible {
        let text: String
        let column: Int
        let expected: String
        var testDescription: String { text.isEmpty ? "(empty)" : text }
        init(_ text: String, _ column: Int, _ expected: String) {
            (self.text, self.column, self.expected) = (text, column, expected)
        }
    }

    @Test(arguments: [
        Wrong("", 1, "a rate"), Wrong("   ", 4, "a rate"), Wrong("fast", 1, "a day"), Wrong("10", 3, "a unit"),
        Wrong("10m", 3, "a unit"), Wrong("10Mb", 3, "a unit"), Wrong("10Mbit", 3, "a unit"), Wrong("10M/m", 5, "s,"),
        Wrong("10M/sec", 5, "s,"), Wrong("0M", 1, "off for no limit"), Wrong("999B", 1, "1K"),
        Wrong("2000G", 1, "1000G"),
        Wrong("99999999999999999999999999999999999999999999G", 1, "1000G"), Wrong("-5M", 1, "a rate"),
        Wrong("1,5M", 1, "a time"), Wrong("1.M", 3, "digits"), Wrong("1.2345M", 7, "digits"), Wrong(".5M", 1, "a rate"),
        Wrong("10M 20M", 5, "nothing more"), Wrong("off=1M", 4, "nothing more"), Wrong("10M, off", 1, "a time"),
        Wrong("8:00-18:00=1M", 1, "a time"), Wrong("08:00-18:0=1M", 7, "a time"), Wrong("08:60-18:00=1M", 1, "a time"),
        Wrong("24:00-06:00=1M", 1, "23:59"), Wrong("18:00-24:01=1M", 7, "24:00"), Wrong("08:00-08:00=1M", 7, "another"),
        Wrong("08:00=1M", 6, "-"), Wrong("08:00-18:00", 12, "= and a limit"), Wrong("08:00-18:00=", 13, "a rate"),
        Wrong("08:00-18:00=1M,", 16, "a time"), Wrong("08:00-18:00=1M 19:00-20:00=2M", 16, "a comma"),
        Wrong("otherwise=1M, 08:00-18:00=2M", 13, "comes last"), Wrong("otherwise 1M", 11, "="),
        Wrong("mon-fry=1M", 5, "a day"), Wrong("mon,=1M", 5, "a day"), Wrong("mon tue=1M", 5, "a time, a comma"),
        Wrong("monday=1M", 1, "a day"), Wrong("mon 08:00-18:00 1M", 17, "="), Wrong("mon=2Mbps", 6, "a unit"),
        Wrong("１０M", 1, "a rate"),
    ])
    func saysWhatItExpectedAndWhere(_ wrong: Wrong) {
        let failure = #expect(throws: Failure.self) { try BandwidthSchedule(wrong.text) }
        #expect(failure?.failureClass == .configuration)
        #expect(failure?.code == "config.bandwidth")
        let message = failure?.message ?? ""
        let expected = message.firstRange(of: "in column \(wrong.column), expected: ").map { message[$0.upperBound...] }
        #expect(expected?.contains(wrong.expected) == true, "\(message)")
    }

    struct Moment: Sendable, CustomTestStringConvertible {
        let schedule: String
        /// In UTC; 2026-06-01 is a Monday.
        let time: String
        let limit: String
        var testDescription: String { "\(schedule) at \(time)" }
        init(_ schedule: String, _ time: String, _ limit: String) {
            (self.schedule, self.time, self.limit) = (schedule, time, limit)
        }
    }

    private static let day = "08:00-18:00=10M, 18:00-23:00=50M, otherwise=off"
    private static let week = "mon-fri 08:00-18:00=10M, sat,sun=off, otherwise=20M"
    private static let night = "fri 22:00-06:00=1M, 22:00-06:00=2M, otherwise=3M"

    @Test(arguments: [
        Moment(day, "2026-06-01T07:59:59Z", "off"), Moment(day, "2026-06-01T08:00:00Z", "10M"),
        Moment(day, "2026-06-01T17:59:59Z", "10M"), Moment(day, "2026-06-01T18:00:00Z", "50M"),
        Moment(day, "2026-06-01T23:00:00Z", "off"), Moment(week, "2026-06-05T17:00:00Z", "10M"),
        Moment(week, "2026-06-05T23:59:59Z", "20M"), Moment(week, "2026-06-06T00:00:00Z", "off"),
        Moment(week, "2026-06-07T23:59:59Z", "off"), Moment(week, "2026-06-08T00:00:00Z", "20M"),
        Moment(night, "2026-06-05T05:59:59Z", "2M"), Moment(night, "2026-06-05T22:00:00Z", "1M"),
        Moment(night, "2026-06-06T05:59:59Z", "1M"), Moment(night, "2026-06-06T06:00:00Z", "3M"),
        Moment(night, "2026-06-06T22:00:00Z", "2M"), Moment("mon=5M", "2026-06-02T00:00:00Z", "off"),
        Moment("SAT-Mon=5M", "2026-06-01T12:00:00Z", "5M"), Moment("sat - mon = 5M", "2026-06-05T12:00:00Z", "off"),
        Moment("sun 20:00-24:00=5M", "2026-06-07T23:59:59Z", "5M"),
        Moment("00:00-24:00=5M", "2026-06-07T00:00:00Z", "5M"), Moment("mon=1M, mon=2M", "2026-06-01T00:00:00Z", "1M"),
        Moment("thu=7M", "1970-01-01T00:00:00Z", "7M"), Moment("wed=7M", "1969-12-31T23:59:59Z", "7M"),
        Moment("mon,wed 09:00-10:00=1M,fri 09:00-10:00=2M", "2026-06-05T09:30:00Z", "2M"),
        Moment("otherwise=4M", "2026-06-05T09:30:00Z", "4M"),
    ])
    func theFirstRuleThatFitsWins(_ moment: Moment) throws {
        let time = try #require(Timestamp(moment.time))
        let limit = try BandwidthSchedule(moment.schedule).limit(at: time, in: .utc)
        #expect((limit?.description ?? "off") == moment.limit)
    }

    @Test(arguments: [
        "10M", "off", "1234567B", "512KiB", "mon-fri 08:00-18:00=10M, sat,sun=off, otherwise=20M",
        "22:00-06:30=1M, otherwise=off", "mon,wed,fri=2GiB, otherwise=off",
        "sun 20:00-24:00=1M, mon-sun=2M, otherwise=3M",
    ])
    func itsTextReadsAsItself(_ text: String) throws {
        #expect(try BandwidthSchedule(text).description == text)
    }

    @Test func changesAreFoundAtTheirSecond() throws {
        let schedule = try BandwidthSchedule(Self.week)
        var time = try #require(Timestamp("2026-06-04T12:00:00Z"))
        var changes: [String] = []
        while changes.count < 5, let next = schedule.nextChange(after: time, in: .utc) {
            changes.append(next.description)
            time = next
        }
        let times = ["04T18:00", "05T08:00", "05T18:00", "06T00:00", "08T00:00"]
        #expect(changes == times.map { "2026-06-\($0):00Z" })
    }

    @Test(arguments: ["10M", "off", "08:00-18:00=10M, otherwise=10M", "mon-sun=10M, otherwise=5M"])
    func whatNeverChangesHasNoNextChange(_ text: String) throws {
        #expect(try BandwidthSchedule(text).nextChange(after: Timestamp(seconds: 0), in: .utc) == nil)
    }
}
