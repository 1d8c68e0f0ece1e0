package import WherryCore

/// When to try again after a failure: exponential with full jitter, bounded in number; pure, so tests need no sleep.
///
/// Full jitter (a random wait between 0 and the exponential bound) keeps many clients from coming back together.
package struct Backoff: Sendable {
    /// How many failures in a row end it.
    package var limit: Int
    /// The bound of the first wait.
    package var base: Duration
    /// The bound of every wait.
    package var cap: Duration
    private var failures = 0

    /// A fresh count.
    package init(limit: Int = 5, base: Duration = .milliseconds(500), cap: Duration = .seconds(30)) {
        self.limit = limit
        self.base = base
        self.cap = cap
    }

    /// What to do after one more failure: wait so long, or give up (nil).
    ///
    /// A server's own `retryAfter` is honored and only lengthened, never shortened.
    ///
    /// - Parameter random: 64 random bits.
    package mutating func next(after failure: Failure, random: UInt64) -> Duration? {
        guard failure.failureClass.isRetryable else { return nil }
        failures += 1
        guard failures < limit else { return nil }
        let bound = min(cap, base * (1 << min(failures - 1, 20)))
        let jittered = bound * (Double(random >> 11) * 0x1p-53)
        return max(failure.retryAfter ?? .zero, jittered)
    }

    /// Something went well: the count begins anew.
    package mutating func reset() { failures = 0 }
}
