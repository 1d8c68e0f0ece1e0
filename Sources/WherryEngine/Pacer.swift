import WherryCore

/// A request budget: at most so many a second, evenly spaced, no bursts.
///
/// Pure; ``PacedTransport`` does the waiting.
struct Pacer: Sendable {
    private let interval: Duration
    private var nextFree: ContinuousClock.Instant?

    /// A budget of `rate` requests a second.
    init(requestsPerSecond rate: Double) { interval = .seconds(1 / max(rate, 0.001)) }

    /// Takes the next free place and says how long it is away.
    mutating func reserve(at now: ContinuousClock.Instant) -> Duration {
        let place = max(nextFree ?? now, now)
        nextFree = place + interval
        return place - now
    }
}

/// The one budget of a source, shared by all who ask it.
package actor RequestBudget {
    private var pacer: Pacer

    /// A budget of `rate` requests a second.
    package init(requestsPerSecond rate: Double) { pacer = Pacer(requestsPerSecond: rate) }

    /// Waits for a place.
    package func admit() async throws {
        let wait = pacer.reserve(at: .now)
        if wait > .zero { try await Task.sleep(for: wait) }
    }
}
