import Synchronization

/// Lets a new beginning wait until nobody writes any more for the old one.
final class WriteGate: Sendable {
    private struct State {
        var epoch = 0
        var writers = 0
        var waiter: CheckedContinuation<Void, Never>?
    }

    private let state = Mutex(State())

    /// The number of the beginning that counts now.
    var epoch: Int { state.withLock { $0.epoch } }

    /// Runs `body`, unless the file has begun anew since `epoch`.
    ///
    /// - Throws: `CancellationError` then.
    func write(in epoch: Int, _ body: () async throws -> Void) async throws {
        let mayWrite = state.withLock { state in
            guard state.epoch == epoch else { return false }
            state.writers += 1
            return true
        }
        guard mayWrite else { throw CancellationError() }
        defer { leave() }
        try await body()
    }

    private func leave() {
        let waiter = state.withLock { state -> CheckedContinuation<Void, Never>? in
            state.writers -= 1
            guard state.writers == 0 else { return nil }
            defer { state.waiter = nil }
            return state.waiter
        }
        waiter?.resume()
    }

    /// Begins anew: returns when the last write of the old beginning is over.
    func beginAnew() async {
        await withCheckedContinuation { continuation in
            let isQuiet = state.withLock { state in
                state.epoch += 1
                guard state.writers > 0 else { return true }
                state.waiter = continuation
                return false
            }
            if isQuiet { continuation.resume() }
        }
    }
}
