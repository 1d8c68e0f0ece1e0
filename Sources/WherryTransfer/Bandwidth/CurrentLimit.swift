import WherryCore

/// A schedule's limit of this moment, looked up only when it may have changed.
struct CurrentLimit: Sendable {
    /// The schedule; setting it takes effect at once.
    var schedule: BandwidthSchedule { didSet { term = nil } }
    private let wallClock: any WallClock
    private let zone: ZoneOffset
    private var term: Term?

    /// A stretch of time with one limit.
    private struct Term {
        let limit: ByteRate?
        let start: Timestamp
        /// Nil when it never ends.
        let end: Timestamp?
    }

    init(_ schedule: BandwidthSchedule, wallClock: any WallClock, zone: ZoneOffset) {
        self.schedule = schedule
        self.wallClock = wallClock
        self.zone = zone
    }

    /// The limit; nil for none.
    mutating func now() -> ByteRate? {
        guard !schedule.rules.isEmpty else { return schedule.otherwise }
        let now = wallClock.now
        // A clock that was set back is before the start.
        if let term, now >= term.start, term.end.map({ now < $0 }) ?? true { return term.limit }
        let limit = schedule.limit(at: now, in: zone)
        term = Term(limit: limit, start: now, end: schedule.nextChange(after: now, in: zone))
        return limit
    }
}
