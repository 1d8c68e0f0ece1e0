import Synchronization
import WherryCore

/// Ends work on a server that has gone silent.
final class StallWatch: Sendable {
    private struct State {
        var deadline: ContinuousClock.Instant?
    }

    private let stall: Duration
    private let state: Mutex<State>

    private init(start: Duration, stall: Duration) {
        self.stall = stall
        state = Mutex(State(deadline: .now + start))
    }

    /// Runs `body`, and cancels it when it neither ends nor reports progress in time.
    ///
    /// - Parameters:
    ///   - start: how long until the first progress or the end.
    ///   - stall: how long between one progress and the next.
    /// - Throws: ``Failure`` `snapshot.stalled` of class `transient`, or what `body` throws.
    static func run<Value: Sendable>(
        _ address: RedisAddress,
        start: Duration,
        stall: Duration,
        _ body: @escaping @Sendable (StallWatch) async throws -> Value
    ) async throws -> Value {
        let watch = StallWatch(start: start, stall: stall)
        return try await withThrowingTaskGroup(of: Value?.self) { group in
            group.addTask { try await body(watch) }
            group.addTask {
                try await watch.wait()
                return nil
            }
            defer { group.cancelAll() }
            if let first = try await group.next(), let value = first { return value }
            group.cancelAll()
            // The body ends the child before it returns; only then is it told what happened.
            while let result = await group.nextResult() { if case .success(let value?) = result { return value } }
            try Task.checkCancellation()
            throw Failure(
                .transient,
                code: "snapshot.stalled",
                "\(address) has gone silent.",
                remedy:
                    "See whether it is overloaded or cut off, then try again, perhaps with a longer --start-timeout or --stall-timeout."
            )
        }
    }

    /// Something came.
    func progressed() { state.withLock { if $0.deadline != nil { $0.deadline = .now + stall } } }

    /// The rest no longer depends on the server.
    func disarm() { state.withLock { $0.deadline = nil } }

    /// Returns when the time is up; throws when it is cancelled before.
    private func wait() async throws {
        while let deadline = state.withLock({ $0.deadline }) {
            guard deadline > .now else { return }
            // Never longer than a stall: the first progress brings the deadline nearer.
            try await Task.sleep(until: min(deadline, .now + stall), clock: .continuous)
        }
        // Disarmed: the body decides how long it takes.
        while true { try await Task.sleep(for: .seconds(3_600)) }
    }
}
