import Synchronization

/// Lets tasks wait for a change of something they look at themselves.
///
/// A change between the look and the wait is not lost: each waiter has one wake-up in store.
final class Wakeups: Sendable {
    private let listeners = Mutex<[Int: AsyncStream<Void>.Continuation]>([:])
    private let next = Mutex(0)

    /// Wakes everybody.
    func wake() {
        for listener in listeners.withLock({ Array($0.values) }) { listener.yield() }
    }

    /// What one task waits with; it must take it before its first look.
    func listen() -> AsyncStream<Void> {
        let number = next.withLock { next in
            defer { next += 1 }
            return next
        }
        let (stream, continuation) = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))
        continuation.onTermination = { [weak self] _ in
            self?.listeners.withLock { _ = $0.removeValue(forKey: number) }
        }
        listeners.withLock { $0[number] = continuation }
        return stream
    }
}
