import Synchronization

/// A value that somebody waits for; given once.
package final class Pending<Value: Sendable>: Sendable {
    private enum State {
        case empty
        case waiting(CheckedContinuation<Value?, Never>)
        case given(Value)
        case over
    }

    private let state = Mutex(State.empty)

    /// Not given yet.
    package init() {}

    /// Gives the value.
    ///
    /// - Returns: false, and nothing happens, when nobody waits any more.
    @discardableResult
    package func give(_ value: Value) -> Bool {
        let (isTaken, waiter) = state.withLock { state -> (Bool, CheckedContinuation<Value?, Never>?) in
            switch state {
            case .empty:
                state = .given(value)
                return (true, nil)
            case .waiting(let waiter):
                state = .over
                return (true, waiter)
            case .given, .over: return (false, nil)
            }
        }
        waiter?.resume(returning: value)
        return isTaken
    }

    /// Waits for the value; one that was given comes even to a cancelled task, as it may carry a duty.
    ///
    /// - Returns: nil when the task was cancelled before.
    package func value() async -> Value? {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let now = state.withLock { state -> Value?? in
                    switch state {
                    case .given(let value):
                        state = .over
                        return .some(.some(value))
                    case .over: return .some(.none)
                    case .empty, .waiting:
                        state = .waiting(continuation)
                        return nil
                    }
                }
                if let now { continuation.resume(returning: now) }
            }
        } onCancel: {
            let waiter = state.withLock { state -> CheckedContinuation<Value?, Never>? in
                switch state {
                case .empty: state = .over
                case .waiting(let waiter):
                    state = .over
                    return waiter
                case .given, .over: break
                }
                return nil
            }
            waiter?.resume(returning: nil)
        }
    }
}
