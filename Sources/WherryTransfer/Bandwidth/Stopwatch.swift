/// Time since a start, on any clock: what is left of a clock when its kind of instant is forgotten.
package struct Stopwatch: Sendable {
    private let read: @Sendable () -> Duration
    private let pause: @Sendable (Duration) async throws -> Void

    /// Starts now.
    package init(_ clock: some Clock<Duration>) {
        let start = clock.now
        read = { start.duration(to: clock.now) }
        pause = { try await clock.sleep(until: start.advanced(by: $0), tolerance: .milliseconds(1)) }
    }

    /// The time since the start.
    package var elapsed: Duration { read() }

    /// Waits until so much time has passed since the start.
    ///
    /// - Throws: `CancellationError` at once when the task is cancelled.
    package func sleep(until moment: Duration) async throws { try await pause(moment) }
}
