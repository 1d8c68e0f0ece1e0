import WherryCore

/// What went wrong in a row, and how long to wait because of it.
struct Trouble: Sendable {
    private let fresh: Backoff
    private var backoff: Backoff
    /// No request before this time.
    var notBefore: Duration = .zero
    /// No request beside others before this time.
    var notBesideBefore: Duration = .zero
    /// Whether the last thing heard from the server was good: until then one connection tries for all.
    var isProven = false
    /// How often the file began anew.
    var restarts = 0
    /// Whether the whole was once not what it should be.
    var wasNotVerified = false
    /// Answers in a row that make no sense for the part asked for.
    var anomalies = 0
    /// Refusals of fresh URLs in a row.
    var refusals = 0
    /// The last failure.
    var last: Failure?
    /// What was done when the last failure was counted.
    var bytesAtFailure: Int64 = 0
    private var beside = 0
    private var bytesAtRefusal: Int64 = -1

    init(backoff: Backoff) { (fresh, self.backoff) = (backoff, backoff) }

    /// Counts a failure after `done` bytes in all; gives the wait, or nil to give up.
    ///
    /// A failure after some progress is the first of a new row, and the first is not waited for: a server that ends a
    /// connection now and then, such as when its URL expires, is asked for the rest at once.
    ///
    /// - Parameter size: the file's; nil while nobody knows it. It says how little still counts as progress.
    mutating func failed(_ failure: Failure, done: Int64, of size: Int64?, random: UInt64) -> Duration? {
        last = failure
        let hadProgress = noteProgress(done, of: size)
        guard let wait = backoff.next(after: failure, random: random) else { return nil }
        return hadProgress && failure.retryAfter == nil ? .zero : wait
    }

    /// Counts a failure beside which other connections go on; gives how many it makes since there was progress.
    mutating func failedBeside(_ failure: Failure, done: Int64, of size: Int64?) -> Int {
        last = failure
        if noteProgress(done, of: size) { beside = 0 }
        beside += 1
        return beside
    }

    private mutating func noteProgress(_ done: Int64, of size: Int64?) -> Bool {
        guard done - bytesAtFailure >= max(1, min(64 << 10, (size ?? .max) / 100)) else { return false }
        bytesAtFailure = done
        backoff = fresh
        beside = 0
        return true
    }

    /// Counts a refusal after `done` bytes in all; gives how many it makes in a row.
    mutating func refused(done: Int64) -> Int {
        refusals = done > bytesAtRefusal && bytesAtRefusal >= 0 ? 1 : refusals + 1
        bytesAtRefusal = done
        return refusals
    }
}
