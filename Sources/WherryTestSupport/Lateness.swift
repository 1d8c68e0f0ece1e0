import Synchronization

/// How late a machine is with what is due, for tests that judge by time what others did.
package enum Lateness {
    /// Runs `body`, and looks all the while how much later than asked for a sleep of 5 ms ends.
    ///
    /// - Returns: what `body` gave, and the longest delay: a few milliseconds on an idle machine, more than a second on
    ///   one that is overloaded.
    package static func measured<Value: Sendable>(
        _ body: @escaping @Sendable () async throws -> Value
    ) async throws -> (value: Value, longest: Duration) {
        let longest = Longest()
        return try await withThrowingTaskGroup(of: Value?.self) { group in
            group.addTask { try await body() }
            group.addTask {
                while !Task.isCancelled {
                    let began = ContinuousClock.now
                    guard (try? await Task.sleep(for: .milliseconds(5))) != nil else { break }
                    longest.note(ContinuousClock.now - began - .milliseconds(5))
                }
                return nil
            }
            defer { group.cancelAll() }
            while let result = try await group.next() {
                if let result { return (result, longest.value) }
            }
            throw CancellationError()
        }
    }

    private final class Longest: Sendable {
        private let state = Mutex(Duration.zero)
        var value: Duration { state.withLock { $0 } }
        func note(_ delay: Duration) { state.withLock { $0 = max($0, delay) } }
    }
}
