import Synchronization

/// Lets one task sleep until a time is over or somebody rings.
final class Bell: Sendable {
    private let state = Mutex<(isRung: Bool, sleeper: AsyncStream<Void>.Continuation?)>((false, nil))

    /// Wakes who sleeps; when nobody does, the next sleep ends at once.
    func ring() {
        state.withLock { state in
            state.isRung = true
            state.sleeper?.yield()
        }
    }

    /// Returns after `duration`, when it is rung, or when the task is cancelled.
    func sleep(for duration: Duration) async {
        let (rings, sleeper) = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))
        let isRung = state.withLock { state in
            defer { state = (false, sleeper) }
            return state.isRung
        }
        if isRung { return }
        await withTaskGroup(of: Void.self) { group in
            group.addTask { try? await Task.sleep(for: duration) }
            group.addTask { for await _ in rings { return } }
            await group.next()
            group.cancelAll()
        }
        state.withLock { $0.isRung = false }
    }
}
