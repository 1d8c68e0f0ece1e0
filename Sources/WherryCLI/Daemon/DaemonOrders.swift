import Synchronization

/// What signals ask of the daemon.
final class DaemonOrders: Sendable {
    private struct State {
        var isStopping = false
        var wantsReload = false
        var stopRun: (@Sendable () -> Void)?
    }

    private let state = Mutex(State())
    /// Rung when there is something new.
    let bell = Bell()

    /// Whether it is to end.
    var isStopping: Bool { state.withLock { $0.isStopping } }

    /// Ends the daemon: a run that is at work is stopped, and goes on when the daemon is started again.
    func stop() {
        let stopRun = state.withLock { state in
            state.isStopping = true
            return state.stopRun
        }
        stopRun?()
        bell.ring()
    }

    /// Has the configuration read anew, when no run is at work.
    func reload() {
        state.withLock { $0.wantsReload = true }
        bell.ring()
    }

    /// Whether the configuration is to be read anew; tells it once.
    func takeReload() -> Bool {
        state.withLock { state in
            defer { state.wantsReload = false }
            return state.wantsReload
        }
    }

    /// Runs `body`, which ``stop()`` cancels.
    func stoppable<Value: Sendable>(_ body: @escaping @Sendable () async throws -> Value) async throws -> Value {
        let gate = Gate<Value>()
        let isStopping = state.withLock { state in
            state.stopRun = { gate.cancel() }
            return state.isStopping
        }
        defer { state.withLock { $0.stopRun = nil } }
        if isStopping { throw CancellationError() }
        return try await gate.run(body)
    }
}
