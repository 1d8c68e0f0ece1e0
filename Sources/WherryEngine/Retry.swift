import WherryCore
import WherryTransfer

/// Tries again what failed for a passing reason.
enum Retry {
    /// Runs `body`, again after each transient failure, with growing and jittered waits, at most 5 times in all.
    static func transient<Value: Sendable>(
        backoff: Backoff = Backoff(),
        random: @Sendable () -> UInt64,
        _ body: () async throws -> Value
    ) async throws -> Value {
        var backoff = backoff
        while true {
            do {
                return try await body()
            } catch let failure as Failure {
                guard let wait = backoff.next(after: failure, random: random()) else { throw failure }
                try await Task.sleep(for: wait)
            }
        }
    }
}
