import NIOCore
import Synchronization

/// The bytes of a body that wait for their write: what the reader of the body adds, and what is taken out when there is
/// enough of it, or when it has waited long enough.
final class PendingBody: Sendable {
    private struct State {
        var batch: BodyBatch
        var isFlushing = false
        var waiter: CheckedContinuation<Void, Never>?
    }

    /// How long bytes wait for more.
    static let patience: Duration = .milliseconds(150)

    private let state: Mutex<State>

    init(_ batch: BodyBatch) { state = Mutex(State(batch: batch)) }

    /// Takes bytes, but none from `end` on.
    ///
    /// - Returns: whether the end is reached, whether there was more, and what is to be written now.
    func add(_ buffer: ByteBuffer, end: Int64) -> (isAtEnd: Bool, isOverlong: Bool, due: BodyBatch?) {
        state.withLock { state in
            let isAtEnd = state.batch.add(buffer, end: end)
            return (isAtEnd, state.batch.isOverlong, isAtEnd || state.batch.isDue ? state.batch.taken() : nil)
        }
    }

    /// Takes out what there is.
    func take() -> BodyBatch? { state.withLock { $0.batch.taken() } }

    /// Writes what has waited too long, again and again, until it is cancelled.
    func flushNowAndThen(_ flush: (BodyBatch) async throws -> Void) async throws {
        while !Task.isCancelled {
            try await Task.sleep(for: Self.patience)
            let stale = state.withLock { state -> BodyBatch? in
                guard state.batch.isOld else { return nil }
                state.isFlushing = true
                return state.batch.taken()
            }
            guard let stale else { continue }
            defer { endFlush() }
            try await flush(stale)
        }
    }

    private func endFlush() {
        let waiter = state.withLock { state in
            state.isFlushing = false
            defer { state.waiter = nil }
            return state.waiter
        }
        waiter?.resume()
    }

    /// Waits until ``flushNowAndThen(_:)`` writes nothing.
    func settled() async {
        await withCheckedContinuation { continuation in
            let isQuiet = state.withLock { state in
                if state.isFlushing { state.waiter = continuation }
                return !state.isFlushing
            }
            if isQuiet { continuation.resume() }
        }
    }
}
