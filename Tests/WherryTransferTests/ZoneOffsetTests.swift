import Testing
import WherryCore
import WherryTestSupport
import WherryTransfer

/// Timetables where clocks are moved; 2026 as in Berlin: forward on 29 March, back on 25 October, at 01:00 UTC.
@Suite
struct ZoneOffsetTests {
    private let berlin = ZoneOffset { moment in
        let summer = "2026-03-29T01:00:00Z"..<"2026-10-25T01:00:00Z"
        return summer.contains(moment.description) ? 7_200 : 3_600
    }

    struct Change: Sendable, CustomTestStringConvertible {
        let schedule: String
        let after: String
        let next: String
        var testDescription: String { "\(schedule) after \(after)" }
    }

    @Test(arguments: [
        Change(schedule: "08:00-18:00=1M", after: "2026-03-28T07:00:00Z", next: "2026-03-28T17:00:00Z"),
        Change(schedule: "08:00-18:00=1M", after: "2026-03-28T17:00:00Z", next: "2026-03-29T06:00:00Z"),
        Change(schedule: "02:30-05:00=1M", after: "2026-03-29T00:00:00Z", next: "2026-03-29T01:00:00Z"),
        Change(schedule: "02:30-05:00=1M", after: "2026-10-25T00:00:00Z", next: "2026-10-25T00:30:00Z"),
        Change(schedule: "02:30-05:00=1M", after: "2026-10-25T00:30:00Z", next: "2026-10-25T01:00:00Z"),
        Change(schedule: "02:30-05:00=1M", after: "2026-10-25T01:00:00Z", next: "2026-10-25T01:30:00Z"),
        Change(schedule: "sun=1M", after: "2026-10-25T00:00:00Z", next: "2026-10-25T23:00:00Z"),
    ])
    func followsTheClockOnTheWall(_ change: Change) throws {
        let after = try #require(Timestamp(change.after))
        let next = try BandwidthSchedule(change.schedule).nextChange(after: after, in: berlin)
        #expect(next?.description == change.next)
    }

    @Test(arguments: 1...40)
    func nothingChangesBeforeTheNextChange(seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        func rule() -> BandwidthRule {
            let start = Int.random(in: 0..<1_440, using: &random)
            let hours = BandwidthRule.Hours(
                start: start,
                end: (start + Int.random(in: 1..<1_440, using: &random)) % 1_440
            )
            return BandwidthRule(
                days: Weekdays(rawValue: UInt8.random(in: 1...127, using: &random)),
                hours: Bool.random(using: &random) ? hours : nil,
                limit: .M(Int64.random(in: 1...3, using: &random))
            )
        }
        let schedule = BandwidthSchedule(rules: [rule(), rule()], otherwise: .M(1))
        #expect(try BandwidthSchedule(schedule.description) == schedule)
        let season = try #require(Timestamp(seed.isMultiple(of: 2) ? "2026-03-27T11:22:33Z" : "2026-10-23T11:22:33Z"))
        let start = season + .seconds(Int.random(in: 0..<86_400, using: &random))
        let end = schedule.nextChange(after: start, in: berlin)
        let present = schedule.limit(at: start, in: berlin)
        var time = start
        while time < end ?? start + .seconds(15 * 86_400) {
            try #require(schedule.limit(at: time, in: berlin) == present, "\(schedule) at \(time)")
            time = time + .seconds(30)
        }
        if let end { #expect(schedule.limit(at: end, in: berlin) != present) }
    }

    @Test func theMachinesZoneIsWholeMinutesWithinADay() {
        let seconds = ZoneOffset.local.seconds(at: Timestamp(seconds: 1_780_000_000))
        #expect(abs(seconds) <= 14 * 3_600)
        #expect(seconds % 60 == 0)
    }
}
