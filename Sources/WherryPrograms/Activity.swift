import Synchronization

/// When something last moved between a program and us, and whose turn it is.
final class Activity: Sendable {
    private struct State {
        var last = ContinuousClock.now
        /// How many of us keep the program waiting.
        var ours = 0
    }

    private let state = Mutex(State())

    /// Bytes passed.
    func moved() { state.withLock { $0.last = .now } }

    /// The program waits for one of us.
    func ourTurn() { state.withLock { $0.ours += 1 } }

    /// It no longer waits for that one.
    func theirTurn() {
        state.withLock { state in
            state.ours -= 1
            state.last = .now
        }
    }

    /// Since when the program has kept still; now, while it waits for us.
    var stillSince: ContinuousClock.Instant { state.withLock { $0.ours > 0 ? .now : $0.last } }
}
