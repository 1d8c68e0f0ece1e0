import Testing
import WherryCatalog
import WherryCore
import WherryTestSupport

@testable import WherryEngine

/// Which job runs when, without clocks that run.
@Suite
struct SchedulerTests {
    /// 2026-11-29, a Sunday.
    private let midnight: Timestamp

    init() throws { midnight = try #require(Timestamp("2026-11-29T00:00:00Z")) }

    private func at(_ hours: Int, _ minutes: Int = 0, _ seconds: Int = 0) -> Timestamp {
        midnight + .seconds(hours * 3_600 + minutes * 60 + seconds)
    }

    private func job(
        _ name: JobName = "nightly",
        _ schedule: String = "0 4 * * *",
        splay: Duration = .zero,
        catchesUp: Bool = true,
        retries: Int = 3
    ) throws -> ScheduledJob {
        ScheduledJob(
            name: name,
            schedule: try JobSchedule(schedule),
            splay: splay,
            catchesUp: catchesUp,
            retries: retries
        )
    }

    private func scheduler(_ jobs: [ScheduledJob], rows: [JobScheduleRow] = [], now: Timestamp) -> Scheduler {
        Scheduler(jobs, rows: rows, seed: 7, zone: .utc, now: now)
    }

    @Test func aNewJobWaitsForItsNextTime() throws {
        var scheduler = scheduler([try job()], now: at(5))
        #expect(scheduler.next(at: at(5)) == .wait(until: at(28)))
        #expect(scheduler.next(at: at(27, 59, 59)) == .wait(until: at(28)))
        #expect(scheduler.next(at: at(28)) == .run("nightly", slot: at(28), attempt: 1))
        #expect(scheduler.rows[0].state == .running)
        #expect(scheduler.next(at: at(28, 1)) == .wait(until: nil), "it runs")
        #expect(scheduler.rows[0].next == at(52), "a run without end is seen to be late")
        scheduler.ended("nightly", .succeeded, run: RunID(rawValue: 3), at: at(28, 10))
        #expect(scheduler.next(at: at(28, 10)) == .wait(until: at(52)))
        #expect(scheduler.rows[0].run == RunID(rawValue: 3))
        #expect(scheduler.rows[0].lastSucceeded == at(28, 10))
    }

    @Test func nothingScheduledWaitsForEver() {
        var scheduler = scheduler([], now: at(0))
        #expect(scheduler.next(at: at(0)) == .wait(until: nil))
    }

    @Test func whatFailedIsTriedAgainLessAndLessOften() throws {
        var scheduler = scheduler([try job(retries: 5)], now: at(0))
        var now = at(4)
        var pauses: [Int64] = []
        for attempt in 1...6 {
            #expect(scheduler.next(at: now) == .run("nightly", slot: at(4), attempt: attempt))
            scheduler.ended("nightly", .failed, run: nil, at: now)
            guard case .wait(let next?) = scheduler.next(at: now) else { return #expect(Bool(false), "it waits") }
            pauses.append((next - now).wholeSeconds)
            now = next
        }
        #expect(pauses.dropLast() == [60, 300, 900, 1_800, 3_600])
        #expect(now == at(28), "five times again, then it waits for its next time")
        #expect(scheduler.next(at: now) == .run("nightly", slot: at(28), attempt: 1))
    }

    @Test func itsNextTimeComesBeforeItsNextAttempt() throws {
        var scheduler = scheduler([try job("often", "*/2 * * * *")], now: at(0))
        #expect(scheduler.next(at: at(0, 2)) == .run("often", slot: at(0, 2), attempt: 1))
        scheduler.ended("often", .failed, run: nil, at: at(0, 2, 30))
        #expect(scheduler.next(at: at(0, 3, 30)) == .run("often", slot: at(0, 2), attempt: 2))
        scheduler.ended("often", .failed, run: nil, at: at(0, 3, 40))
        #expect(scheduler.next(at: at(0, 3, 40)) == .wait(until: at(0, 4)))
        #expect(scheduler.next(at: at(0, 4)) == .run("often", slot: at(0, 4), attempt: 1))
    }

    @Test func whatCameWhileItRanIsServedByOneRun() throws {
        var scheduler = scheduler([try job("often", "*/10 * * * *")], now: at(0))
        #expect(scheduler.next(at: at(0, 10)) == .run("often", slot: at(0, 10), attempt: 1))
        scheduler.ended("often", .succeeded, run: nil, at: at(1, 5))
        #expect(scheduler.next(at: at(1, 5)) == .run("often", slot: at(0, 20), attempt: 1))
        scheduler.ended("often", .succeeded, run: nil, at: at(1, 6))
        #expect(scheduler.next(at: at(1, 6)) == .wait(until: at(1, 10)))
    }

    @Test func whoWasDueFirstComesFirst() throws {
        var scheduler = scheduler(
            [try job("late", "30 4 * * *"), try job("early", "0 4 * * *"), try job("same", "0 4 * * *")],
            now: at(0)
        )
        var order: [JobName] = []
        while case .run(let job, _, _) = scheduler.next(at: at(5)) {
            order.append(job)
            scheduler.ended(job, .succeeded, run: nil, at: at(5))
        }
        #expect(order == ["early", "same", "late"])
    }

    @Test(arguments: [true, false])
    func whatWasMissedIsMadeUpForOnce(catchesUp: Bool) throws {
        let job = try self.job(catchesUp: catchesUp)
        let rows = scheduler([job], now: at(0)).rows
        var later = scheduler([job], rows: rows, now: at(24 * 9 + 5))
        let next = at(24 * 10 + 4)
        guard catchesUp else { return #expect(later.next(at: at(24 * 9 + 5)) == .wait(until: next)) }
        #expect(later.next(at: at(24 * 9 + 5)) == .run("nightly", slot: at(4), attempt: 1))
        later.ended("nightly", .succeeded, run: nil, at: at(24 * 9 + 6))
        #expect(later.next(at: at(24 * 9 + 6)) == .wait(until: next))
    }

    @Test(arguments: [Scheduler.Outcome.cancelled, nil])
    func whatWasInterruptedGoesOn(outcome: Scheduler.Outcome?) throws {
        let job = try job(catchesUp: false)
        var first = scheduler([job], now: at(0))
        #expect(first.next(at: at(4)) == .run("nightly", slot: at(4), attempt: 1))
        if let outcome { first.ended("nightly", outcome, run: nil, at: at(4, 1)) }
        var second = scheduler([job], rows: first.rows, now: at(6))
        let attempt = outcome == nil ? 2 : 1
        #expect(second.next(at: at(6)) == .run("nightly", slot: at(4), attempt: attempt))
    }

    /// A job that takes its process with it each time must not do so for ever.
    @Test(arguments: [0, 1, 3])
    func whatEndsItsProcessEachTimeIsGivenUp(retries: Int) throws {
        let job = try job(retries: retries)
        var rows = scheduler([job], now: at(0)).rows
        var now = at(4)
        var attempts = 0
        while attempts < 10 {
            var next = scheduler([job], rows: rows, now: now)
            var step = next.next(at: now)
            if case .wait(let until?) = step {
                guard until < at(28) else { break }
                now = until
                step = next.next(at: now)
            }
            attempts += 1
            #expect(step == .run("nightly", slot: at(4), attempt: attempts))
            rows = next.rows
        }
        #expect(attempts == max(1, retries) + 1)
        var later = scheduler([job], rows: rows, now: at(28))
        #expect(later.next(at: at(28)) == .run("nightly", slot: at(28), attempt: 1))
    }

    @Test func anotherRunIsWaitedForWithoutLosingAttempts() throws {
        var scheduler = scheduler([try job(retries: 0)], now: at(0))
        for minute in 0..<3 {
            #expect(scheduler.next(at: at(4, minute)) == .run("nightly", slot: at(4), attempt: 1))
            scheduler.ended("nightly", .busy, run: nil, at: at(4, minute))
            #expect(scheduler.next(at: at(4, minute)) == .wait(until: at(4, minute, 15)))
            #expect(scheduler.rows[0].next == at(4), "it is late since then")
        }
        #expect(scheduler.rows[0].failures == 0)
    }

    @Test func aJobThatGetsItsScheduleBackMissedNothing() throws {
        let job = try job()
        var rows = scheduler([job], now: at(0)).rows
        rows[0].state = .off
        rows[0].next = nil
        var scheduler = scheduler([job], rows: rows, now: at(50))
        #expect(scheduler.next(at: at(50)) == .wait(until: at(52)))
    }

    @Test func aNewScheduleIsFollowed() throws {
        let rows = scheduler([try job()], now: at(0)).rows
        var scheduler = scheduler([try job("nightly", "0 3 * * *")], rows: rows, now: at(1))
        #expect(scheduler.rows[0].schedule == "0 3 * * *")
        #expect(scheduler.next(at: at(1)) == .wait(until: at(3)))
    }

    @Test func aClockThatWasAheadDoesNotHoldItUp() throws {
        var scheduler = scheduler([try job()], now: at(24 * 365))
        #expect(scheduler.next(at: at(24 * 365)) == .wait(until: at(24 * 365 + 4)))
        // The time server answered at last.
        #expect(scheduler.next(at: at(0)) == .wait(until: at(4)))
        #expect(scheduler.next(at: at(4)) == .run("nightly", slot: at(4), attempt: 1))
    }

    @Test func aClockThatStepsBackALittleRunsNothingTwice() throws {
        var scheduler = scheduler([try job()], now: at(0))
        #expect(scheduler.next(at: at(4)) == .run("nightly", slot: at(4), attempt: 1))
        scheduler.ended("nightly", .succeeded, run: nil, at: at(4))
        #expect(scheduler.next(at: at(3, 55)) == .wait(until: at(28)))
        #expect(scheduler.next(at: at(4)) == .wait(until: at(28)))
    }

    @Test func jobsAreSpreadTheSameWayEachTime() throws {
        let jobs = try (0..<200).map { try job(JobName(rawValue: "job-\($0)"), "0 4 * * *", splay: .seconds(600)) }
        var scheduler = scheduler(jobs, now: at(0))
        let delays = jobs.map { $0.delay(seed: 7) }
        #expect(delays.allSatisfy { $0 >= .zero && $0 <= .seconds(600) })
        #expect(Set(delays).count > 100)
        #expect(delays != jobs.map { $0.delay(seed: 8) })
        let first = try #require(delays.min())
        #expect(scheduler.next(at: at(4)) == .wait(until: at(4) + first))
        // Times that come more often than the delay is long are not left out.
        var often = Scheduler(
            [try job("often", "* * * * *", splay: .seconds(600))],
            rows: [],
            seed: 7,
            zone: .utc,
            now: at(0)
        )
        var slots: [Timestamp] = []
        var now = at(0)
        while now < at(1) {
            if case .run(_, let slot, _) = often.next(at: now) {
                slots.append(slot)
                often.ended("often", .succeeded, run: nil, at: now)
            }
            now = now + .seconds(1)
        }
        #expect(slots.count >= 49)
        #expect(zip(slots, slots.dropFirst()).allSatisfy { $1 - $0 == .seconds(60) })
    }

    @Test func failuresAreCountedUntilAllIsDone() throws {
        var scheduler = scheduler([try job("often", "*/2 * * * *", retries: 0)], now: at(0))
        for minute in [2, 4, 6] {
            #expect(scheduler.next(at: at(0, minute)) == .run("often", slot: at(0, minute), attempt: 1))
            scheduler.ended("often", .failed, run: nil, at: at(0, minute))
        }
        #expect(scheduler.rows[0].failures == 3)
        #expect(scheduler.next(at: at(0, 8)) == .run("often", slot: at(0, 8), attempt: 1))
        scheduler.ended("often", .succeeded, run: nil, at: at(0, 8))
        #expect(scheduler.rows[0].failures == 0)
    }

    /// A new configuration while all was kept: nothing was missed, and what was hurried still is.
    @Test func aNewConfigurationLosesNothing() throws {
        let jobs = [try job("due", "0 4 * * *", catchesUp: false), try job("hurried")]
        var first = scheduler(jobs, now: at(0))
        first.hurry(at: at(3))
        #expect(first.next(at: at(3)) == .run("due", slot: at(3), attempt: 1))
        first.ended("due", .succeeded, run: nil, at: at(5))
        var second = Scheduler(jobs, rows: first.rows, seed: 7, zone: .utc, now: at(5), wasKept: true)
        #expect(second.next(at: at(5)) == .run("hurried", slot: at(4), attempt: 1))
        second.ended("hurried", .succeeded, run: nil, at: at(5))
        #expect(second.next(at: at(5)) == .run("due", slot: at(4), attempt: 1), "it came while it ran")
    }

    @Test func whatFailedOrWasInterruptedIsNotHurried() throws {
        var first = scheduler([try job()], now: at(0))
        #expect(first.next(at: at(4)) == .run("nightly", slot: at(4), attempt: 1))
        first.ended("nightly", .failed, run: nil, at: at(4))
        first.hurry(at: at(4))
        #expect(first.next(at: at(4)) == .wait(until: at(4, 1)))
    }

    @Test func allCanBeHurried() throws {
        var scheduler = scheduler([try job("one"), try job("two")], now: at(0))
        scheduler.hurry(at: at(1))
        for name in ["one", "two"] as [JobName] {
            #expect(scheduler.next(at: at(1)) == .run(name, slot: at(1), attempt: 1))
            scheduler.ended(name, .succeeded, run: nil, at: at(1))
        }
        #expect(scheduler.next(at: at(1)) == .wait(until: at(4)))
    }

    /// Whatever happens: it goes through the times in order, never waits for the past and never stops.
    @Test(arguments: 1...50)
    func whateverHappensItGoesOn(seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        let jobs = [
            try job("a", "*/7 * * * *", splay: .seconds(Int.random(in: 0...300, using: &random))),
            try job("b", "every 13m", retries: Int.random(in: 0...3, using: &random)),
            try job("c", "0 * * * *", catchesUp: Bool.random(using: &random)),
        ]
        var scheduler = scheduler(jobs, now: at(0))
        var now = at(0)
        var served: [JobName: Timestamp] = [:]
        while now < at(48) {
            switch scheduler.next(at: now) {
            case .wait(let until):
                let until = try #require(until)
                #expect(until > now)
                now = max(until, now + .seconds(1))
            case .run(let job, let slot, let attempt):
                #expect(served[job] ?? at(-1) <= slot)
                #expect((1...4).contains(attempt))
                served[job] = slot
                now = now + .seconds(Int.random(in: 0...900, using: &random))
                let outcome = [Scheduler.Outcome.succeeded, .failed, .cancelled, .busy].randomElement(using: &random)
                if Int.random(in: 0..<6, using: &random) == 0 {
                    scheduler = Scheduler(jobs, rows: scheduler.rows, seed: 7, zone: .utc, now: now)
                } else {
                    scheduler.ended(job, outcome ?? .failed, run: nil, at: now)
                }
            }
            #expect(scheduler.rows.allSatisfy { $0.coveredUntil <= now && $0.attempts <= 4 })
        }
        for job in jobs { #expect(served[job.name] ?? at(0) > at(43)) }
    }
}
