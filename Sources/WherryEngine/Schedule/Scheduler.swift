package import WherryCatalog
package import WherryCore

/// Decides which job runs when.
///
/// Knows no clock, catalog or task: who keeps it tells it the time and what became of runs, and writes its ``rows``
/// down. One job runs at a time, as one run at a time works on a catalog; who was due first comes first.
package struct Scheduler: Sendable {
    /// What to do now.
    package enum Step: Sendable, Hashable {
        /// Run this job.
        case run(JobName, slot: Timestamp, attempt: Int)
        /// Ask again then, or when something happened; nil when nothing is scheduled.
        case wait(until: Timestamp?)
    }

    /// How a run of a job ended.
    package enum Outcome: Sendable, Hashable {
        /// All was done.
        case succeeded
        /// Some or all of it failed.
        case failed
        /// It was stopped.
        case cancelled
        /// It could not begin: another run is at work.
        case busy
    }

    /// How long it waits before it tries a job again, after its first, second and further failures.
    package static let pauses: [Duration] = [.seconds(60), .seconds(300), .seconds(900), .seconds(1_800)]
    /// The same after more failures than those.
    package static let longestPause = Duration.seconds(3_600)
    /// How long it waits for somebody else's run.
    package static let busyPause = Duration.seconds(15)
    /// How long it waits after so many attempts that failed, 1 or more.
    static func pause(after attempts: Int) -> Duration {
        attempts <= pauses.count ? pauses[attempts - 1] : longestPause
    }
    /// A clock that goes back further than this was wrong before.
    static let clockTolerance = Duration.seconds(600)

    fileprivate struct Entry: Sendable {
        var job: ScheduledJob
        var delay: Duration
        var row: JobScheduleRow
        /// When it is tried again after it failed, was stopped, or found another run at work.
        var again: Timestamp?
        /// When it was due that it was started for last.
        var startedFor: Timestamp?
        /// It is not started before: another run is at work.
        var notBefore: Timestamp?

        /// When it is to be started; nil while it runs, or when that cannot be told.
        var due: Timestamp? {
            guard row.state != .running, let next = row.next else { return nil }
            return max(next, notBefore ?? next)
        }
    }

    private var entries: [Entry]
    private let seed: UInt64
    private let zone: ZoneOffset
    /// How far the schedules were kept, in the order of the jobs.
    package var rows: [JobScheduleRow] { entries.map(\.row) }

    /// Goes on where `rows` end.
    ///
    /// A job without a row is new: it is first due at its next time. One that was running was interrupted: it is due now.
    ///
    /// - Parameter wasKept: whether somebody kept the schedules until now, so that nothing was missed.
    package init(
        _ jobs: [ScheduledJob],
        rows: [JobScheduleRow],
        seed: UInt64,
        zone: ZoneOffset,
        now: Timestamp,
        wasKept: Bool = false
    ) {
        self.seed = seed
        self.zone = zone
        let known = Dictionary(rows.map { ($0.job, $0) }) { first, _ in first }
        entries = jobs.map { job in
            var entry = Entry(
                job: job,
                delay: job.delay(seed: seed),
                row: known[job.name]
                    ?? JobScheduleRow(job: job.name, schedule: job.schedule.description, coveredUntil: now)
            )
            entry.row.schedule = job.schedule.description
            entry.resume(at: now, zone, wasKept: wasKept)
            return entry
        }
    }

    /// What to do at `now`.
    package mutating func next(at now: Timestamp) -> Step {
        for index in entries.indices { entries[index].followClock(to: now, zone) }
        guard !entries.contains(where: { $0.row.state == .running }) else { return .wait(until: nil) }
        let first = entries.indices.filter { entries[$0].due != nil }
            .min { (entries[$0].due ?? now, $0) < (entries[$1].due ?? now, $1) }
        guard let first, let due = entries[first].due else { return .wait(until: nil) }
        guard due <= now else { return .wait(until: due) }
        entries[first].start(at: now, zone)
        let row = entries[first].row
        return .run(row.job, slot: row.slot ?? due, attempt: row.attempts)
    }

    /// Jobs that are due now whatever their schedules say: all, once.
    package mutating func hurry(at now: Timestamp) {
        // One that was interrupted or failed has its time already, or is given up for good reason.
        for index in entries.indices where entries[index].row.state == .waiting && entries[index].row.attempts == 0 {
            entries[index].row.state = .retrying
            entries[index].again = now
            entries[index].row.next = now
        }
    }

    /// Tells how the run of a job ended.
    package mutating func ended(_ job: JobName, _ outcome: Outcome, run: RunID?, at now: Timestamp) {
        guard let index = entries.firstIndex(where: { $0.job.name == job }) else { return }
        if let run { entries[index].row.run = run }
        entries[index].end(outcome, at: now, zone)
    }

}

extension Scheduler.Entry {
    /// When it is due by its schedule, its delay included; nil for never.
    private func due(_ zone: ZoneOffset) -> Timestamp? {
        job.schedule.next(after: row.coveredUntil, in: zone).map { $0 + delay }
    }

    /// Its next start: by schedule, or again, whichever comes first.
    private mutating func plan(_ zone: ZoneOffset) {
        row.next = [due(zone), again].compactMap { $0 }.min()
    }

    /// Goes on after a time in which nobody kept its schedule.
    fileprivate mutating func resume(at now: Timestamp, _ zone: ZoneOffset, wasKept: Bool) {
        followClock(to: now, zone)
        switch row.state {
        case .running:
            // Once more even where failures are final; but what ends its process each time must come to an end itself.
            let isHopeless = row.attempts > max(1, job.retries)
            row.state = isHopeless ? .waiting : .retrying
            again = isHopeless ? nil : now + (row.attempts > 1 ? Scheduler.pause(after: row.attempts - 1) : .zero)
        case .retrying:
            again = row.next
        case .off:
            // Nobody missed what came while it had no schedule.
            row.state = .waiting
            row.coveredUntil = now - delay
        case .waiting: break
        }
        if !wasKept, !job.catchesUp, let due = due(zone), due <= now {
            row.coveredUntil = max(row.coveredUntil, now - delay)
        }
        plan(zone)
    }

    /// What was written down by a clock that was ahead must not hold it up.
    fileprivate mutating func followClock(to now: Timestamp, _ zone: ZoneOffset) {
        guard row.coveredUntil > now + Scheduler.clockTolerance else { return }
        row.coveredUntil = now
        again = nil
        if row.state != .running {
            row.state = .waiting
            plan(zone)
        }
    }

    fileprivate mutating func start(at now: Timestamp, _ zone: ZoneOffset) {
        startedFor = row.next
        let slot = job.schedule.next(after: row.coveredUntil, in: zone)
        if let slot, slot + delay <= now {
            row.slot = slot
            row.attempts = 1
            // However many times have come since, they are served by this one run.
            row.coveredUntil = max(slot, now - delay)
        } else {
            row.slot = row.slot ?? now
            row.attempts += 1
        }
        row.state = .running
        again = nil
        notBefore = nil
        // Its next time, so that a run without end is seen to be one.
        row.next = due(zone)
    }

    fileprivate mutating func end(_ outcome: Scheduler.Outcome, at now: Timestamp, _ zone: ZoneOffset) {
        guard row.state == .running else { return }
        let since = startedFor
        again = nil
        row.state = .waiting
        switch outcome {
        case .succeeded:
            row.lastSucceeded = now
            row.attempts = 0
            row.failures = 0
        case .failed where row.attempts <= job.retries:
            row.state = .retrying
            row.failures += 1
            again = now + Scheduler.pause(after: row.attempts)
        case .failed: row.failures += 1
        case .cancelled:
            row.state = .retrying
            again = now
            row.attempts -= 1
        case .busy:
            // It stays due since it was, so that one that waits for ever is seen to be late.
            row.state = .retrying
            again = since
            notBefore = now + Scheduler.busyPause
            row.attempts -= 1
        }
        plan(zone)
    }
}
