/// Runs one piece of work that another task may cancel without cancelling the task group around both.
final class Gate<Value: Sendable>: Sendable {
    private let cancellation = AsyncStream<Void>.makeStream()

    /// Runs `body`; ``cancel()`` cancels it, and its result is still returned.
    func run(_ body: @escaping @Sendable () async throws -> Value) async throws -> Value {
        let stream = cancellation.stream
        return try await withThrowingTaskGroup(of: Value?.self) { group in
            group.addTask { try await body() }
            group.addTask {
                for await _ in stream { return nil }
                return nil
            }
            defer { group.cancelAll() }
            while let result = try await group.next() {
                if let result { return result }
                group.cancelAll()
            }
            throw CancellationError()
        }
    }

    /// Cancels the work.
    func cancel() { cancellation.continuation.yield() }
}
