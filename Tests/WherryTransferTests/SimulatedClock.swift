import Synchronization
import WherryCore

/// A clock whose time stands still.
///
/// It moves when a test says so, or, when `leaps`, by itself: who sleeps lets others run for a while, then time leaps.
final class SimulatedClock: Clock {
    struct Instant: InstantProtocol {
        var offset: Duration
        func advanced(by duration: Duration) -> Instant { Instant(offset: offset + duration) }
        func duration(to other: Instant) -> Duration { other.offset - offset }
        static func < (left: Instant, right: Instant) -> Bool { left.offset < right.offset }
    }

    private struct State {
        var now = Duration.zero
        var sleepers: [Int: (until: Duration, continuation: CheckedContinuation<Void, any Error>)] = [:]
        var cancelled: Set<Int> = []
        var lastID = 0
    }

    private let state = Mutex(State())
    private let start: Timestamp
    private let leaps: Bool

    init(startingAt start: Timestamp = Timestamp(seconds: 0), leaps: Bool = false) {
        self.start = start
        self.leaps = leaps
    }

    var now: Instant { Instant(offset: elapsed) }
    /// The time of day that goes with it.
    var wallClock: any WallClock { TimeOfDay(clock: self, start: start) }
    var minimumResolution: Duration { .nanoseconds(1) }
    var elapsed: Duration { state.withLock { $0.now } }
    var sleeperCount: Int { state.withLock { $0.sleepers.count } }

    func sleep(until deadline: Instant, tolerance: Duration?) async throws {
        if leaps {
            for _ in 0..<50 { await Task.yield() }
            try Task.checkCancellation()
            return state.withLock { $0.now = max($0.now, deadline.offset) }
        }
        let id = state.withLock { state in
            state.lastID += 1
            return state.lastID
        }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let result: Result<Void, any Error>? = state.withLock { state in
                    if state.cancelled.remove(id) != nil { return .failure(CancellationError()) }
                    if state.now >= deadline.offset { return .success(()) }
                    state.sleepers[id] = (deadline.offset, continuation)
                    return nil
                }
                if let result { continuation.resume(with: result) }
            }
        } onCancel: {
            let sleeper = state.withLock { state in
                let sleeper = state.sleepers.removeValue(forKey: id)
                if sleeper == nil { state.cancelled.insert(id) }
                return sleeper?.continuation
            }
            sleeper?.resume(throwing: CancellationError())
        }
    }

    /// Moves time and wakes who slept until then.
    func advance(by duration: Duration) {
        let awake = state.withLock { state in
            state.now += duration
            let due = state.sleepers.filter { $0.value.until <= state.now }
            for id in due.keys { state.sleepers[id] = nil }
            return due.values.map(\.continuation)
        }
        for continuation in awake { continuation.resume() }
    }
}

private struct TimeOfDay: WallClock {
    let clock: SimulatedClock
    let start: Timestamp
    var now: Timestamp { start + clock.elapsed }
}
