import Testing
import WherryCore
import WherryTestSupport

@testable import WherryEngine

/// Which copies are kept.
@Suite
struct KeepPolicyTests {
    private let now = Timestamp(seconds: 1_795_996_800)  // 2026-11-30T00:00:00Z, a Monday

    /// Which of the copies of these ages in hours are kept, by their ages.
    private func kept(_ policy: KeepPolicy, _ hours: [Int], zone: ZoneOffset = .utc) -> [Int] {
        let moments = hours.map { now - .seconds($0 * 3_600) }
        return zip(hours, policy.reasons(for: moments, in: zone)).filter { !$0.1.isEmpty }.map(\.0)
    }

    @Test func theNewestStaysWhateverIsSaid() {
        #expect(kept(KeepPolicy(), [5_000, 6_000]) == [5_000])
        #expect(kept(KeepPolicy(newest: 0, within: .seconds(1)), [5_000, 6_000]) == [5_000])
        #expect(kept(KeepPolicy(newest: 3), []) == [])
    }

    @Test func theNewestSoMany() {
        #expect(kept(KeepPolicy(newest: 3), [1, 2, 3, 4, 5]) == [1, 2, 3])
        #expect(kept(KeepPolicy(newest: 9), [1, 2, 3]) == [1, 2, 3])
    }

    @Test func theYoungBesideTheNewest() {
        #expect(kept(KeepPolicy(within: .seconds(48 * 3_600)), [1, 47, 49, 50, 500]) == [1, 47, 49])
        // Where nothing new comes, time removes nothing.
        #expect(kept(KeepPolicy(within: .seconds(48 * 3_600)), [1_001, 1_047, 1_050]) == [1_001, 1_047])
    }

    @Test func theNewestOfEachDay() {
        // Two a day: at 23:00 and at 11:00.
        let twice = (0..<10).flatMap { [$0 * 24 + 1, $0 * 24 + 13] }
        #expect(kept(KeepPolicy(periods: [.daily: 3]), twice) == [1, 25, 49])
        // Days without a copy do not count.
        #expect(kept(KeepPolicy(periods: [.daily: 3]), [1, 2, 100, 101, 300, 400]) == [1, 100, 300])
    }

    @Test func daysAreThoseOfTheClockOnTheWall() {
        let east = ZoneOffset { _ in 12 * 3_600 }
        // 23:00 and 11:00 UTC are 11:00 of the next day, and 23:00 of the same.
        #expect(kept(KeepPolicy(periods: [.daily: 2]), [1, 13, 25, 37], zone: east) == [1, 13])
    }

    @Test func weeksBeginOnMonday() {
        // Sunday 23:00, Saturday, Monday 01:00 of the same week, Sunday of the week before.
        #expect(kept(KeepPolicy(periods: [.weekly: 2]), [1, 25, 167, 169]) == [1, 169])
    }

    @Test func monthsAndYears() {
        let days = (0..<800).map { $0 * 24 + 1 }
        let monthly = kept(KeepPolicy(periods: [.monthly: 12]), days)
        #expect(monthly.count == 12)
        #expect(
            monthly.map { (now - .seconds($0 * 3_600)).description.prefix(10) }.prefix(4) == [
                "2026-11-29", "2026-10-31", "2026-09-30", "2026-08-31",
            ]
        )
        let yearly = kept(KeepPolicy(periods: [.yearly: 5]), days)
        #expect(
            yearly.map { (now - .seconds($0 * 3_600)).description.prefix(10) } == [
                "2026-11-29", "2025-12-31", "2024-12-31",
            ]
        )
    }

    @Test func hours() {
        let now = [0, 1, 2, 3]
        #expect(kept(KeepPolicy(periods: [.hourly: 2]), now) == [0, 1])
    }

    @Test func oneRuleIsEnoughAndAllAreNamed() {
        let moments = [1, 30, 60, 2_000].map { now - .seconds($0 * 3_600) }
        let policy = KeepPolicy(newest: 2, within: .seconds(36 * 3_600), periods: [.daily: 1, .yearly: 1])
        #expect(
            policy.reasons(for: moments, in: .utc) == [
                ["newest", "within", "daily", "yearly"], ["newest", "within"], [], [],
            ]
        )
    }

    /// A copy that was kept stays kept as long as nothing newer comes, but for age; more of a rule never keeps less.
    @Test(arguments: 1...40)
    func moreKeepsNoLess(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        let hours = Set((0..<60).map { _ in Int.random(in: 0...20_000, using: &random) }).sorted()
        var policy = KeepPolicy(newest: Int.random(in: 0...5, using: &random))
        for period in KeepPolicy.Period.allCases { policy.periods[period] = Int.random(in: 0...6, using: &random) }
        let before = Set(kept(policy, hours))
        for period in KeepPolicy.Period.allCases {
            var more = policy
            more.periods[period, default: 0] += 1
            #expect(before.isSubset(of: kept(more, hours)))
        }
        // Pruning twice removes nothing more.
        #expect(kept(policy, hours.filter(before.contains)) == hours.filter(before.contains))
    }
}
