import WherryCore

/// Asks again and again until there is an answer: how a source waits whose provider has no better way.
public struct Polling: Sendable {
    /// How the wait between two questions is spent; tests do not wait.
    public typealias Wait = @Sendable (Duration) async throws -> Void

    /// The longest that it waits because the other side said so.
    private static let longestPause = Duration.seconds(60)

    private let firstPause: Duration
    private let pause: Duration
    private let attempts: Int
    private let wait: Wait

    /// A way to ask.
    ///
    /// - Parameters:
    ///   - pause: between two questions.
    ///   - firstPause: after the first question, doubled from one to the next up to `pause`; nil for `pause` itself.
    ///   - attempts: how many questions at most, at least one.
    public init(
        every pause: Duration,
        beginningWith firstPause: Duration? = nil,
        attempts: Int,
        wait: @escaping Wait = { try await Task.sleep(for: $0) }
    ) {
        self.firstPause = min(firstPause ?? pause, pause)
        self.pause = pause
        self.attempts = max(1, attempts)
        self.wait = wait
    }

    /// The first answer of `ask` that is not nil.
    ///
    /// A question that fails for a passing reason counts as one without an answer.
    ///
    /// - Returns: nil when all questions are asked.
    /// - Throws: ``Failure`` of any class but `transient`, and cancellation.
    public func answer<Answer: Sendable>(_ ask: () async throws -> Answer?) async throws -> Answer? {
        var next = firstPause
        var asked: Duration?
        for attempt in 0..<attempts {
            if attempt > 0 {
                try await wait(max(next, asked ?? .zero))
                next = min(next * 2, pause)
            }
            asked = nil
            do {
                if let answer = try await ask() { return answer }
            } catch let failure as Failure where failure.failureClass.isRetryable {
                asked = failure.retryAfter.map { min($0, Self.longestPause) }
            }
        }
        return nil
    }
}
