/// Bars that are drawn again and again while something goes on.
enum Redrawing {
    /// Runs `body`, draws every so often meanwhile, and clears at its end.
    static func during<Value: Sendable>(
        _ body: @escaping @Sendable () async throws -> Value,
        every pause: Duration,
        draw: @escaping @Sendable () -> Void,
        clear: @Sendable () -> Void
    ) async throws -> Value {
        try await withThrowingTaskGroup(of: Value?.self) { group in
            group.addTask { try await body() }
            group.addTask {
                // The bars end when the work does; being cancelled is how they are told.
                while (try? await Task.sleep(for: pause)) != nil { draw() }
                return nil
            }
            defer { clear() }
            while let result = try await group.next() {
                guard let result else { continue }
                group.cancelAll()
                return result
            }
            throw CancellationError()
        }
    }
}
