import Synchronization

/// Lets a few through at a time, in the order in which they came.
final class Turnstile: Sendable {
    private typealias Entry = CheckedContinuation<Void, any Error>

    private struct State {
        var free: Int
        var lastTicket = 0
        var waiting: [(ticket: Int, entry: Entry)] = []
    }

    private let state: Mutex<State>

    /// For at most `width` at a time.
    init(width: Int) { state = Mutex(State(free: max(1, width))) }

    /// How many wait.
    var queue: Int { state.withLock { $0.waiting.count } }

    /// Runs `body` as soon as there is room.
    ///
    /// - Throws: `CancellationError` when cancelled before there was; what `body` throws.
    func pass<Value: Sendable>(_ body: () async throws -> Value) async throws -> Value {
        try await enter()
        defer { leave() }
        return try await body()
    }

    private func enter() async throws {
        let ticket = state.withLock { state in
            state.lastTicket += 1
            return state.lastTicket
        }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { (entry: Entry) in
                let outcome: Result<Void, any Error>? = state.withLock { state in
                    // Cancelled before this line: the handler below has found nobody.
                    if Task.isCancelled { return .failure(CancellationError()) }
                    guard state.free == 0 else {
                        state.free -= 1
                        return .success(())
                    }
                    state.waiting.append((ticket, entry))
                    return nil
                }
                if let outcome { entry.resume(with: outcome) }
            }
        } onCancel: {
            let entry = state.withLock { state in
                state.waiting.firstIndex { $0.ticket == ticket }.map { state.waiting.remove(at: $0).entry }
            }
            entry?.resume(throwing: CancellationError())
        }
    }

    private func leave() {
        let next = state.withLock { state in
            if state.waiting.isEmpty {
                state.free += 1
                return nil as Entry?
            }
            return state.waiting.removeFirst().entry
        }
        next?.resume()
    }
}
