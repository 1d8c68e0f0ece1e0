/// Decides whether a signed call is fresh: its timestamp near the server's time and its nonce new.
///
/// The 5-minute window and code 4500 for both faults are from vendor page 239/1757; older products
/// allowed 2 hours. How long nonces are remembered is not documented: keeping the triple of SecretId,
/// timestamp and nonce while its timestamp is inside the window is inferred, and is enough, as an older
/// call is refused for its timestamp. Ask only after the signature is verified, else strangers could
/// fill the memory. A value type without a lock; its owner serialises access.
public struct CRSFreshness: Sendable {
    /// Seconds a timestamp may differ from the server's time, both ways, inclusive.
    public let windowSeconds: Int64
    /// The most calls remembered.
    public let capacity: Int

    private var seen: Set<Call> = []
    private var queue = ExpiryQueue<Call>()

    /// Makes an empty memory.
    ///
    /// When `capacity` calls inside the window are remembered, the one with the oldest timestamp is
    /// forgotten for each new one; a replay of a forgotten call would pass. So choose it well above the
    /// call rate times twice the window.
    public init(windowSeconds: Int64 = 300, capacity: Int = 1_000_000) {
        self.windowSeconds = max(0, windowSeconds)
        self.capacity = max(1, capacity)
    }

    /// The number of calls remembered now.
    public var count: Int { seen.count }

    /// Remembers a call and returns nil, or returns error 4500 and remembers nothing.
    ///
    /// - Parameters:
    ///   - timestamp: the call's `Timestamp`, in Unix seconds.
    ///   - now: the server's time, in Unix seconds.
    public mutating func admit(secretID: String, timestamp: Int64, nonce: UInt64, now: Int64) -> CRSError? {
        forget(before: now)
        let (difference, overflowed) = now.subtractingReportingOverflow(timestamp)
        guard !overflowed, difference.magnitude <= windowSeconds.magnitude else {
            return CRSError(.replay, "Timestamp differs from the server's time by more than \(windowSeconds) s.")
        }
        let call = Call(secretID: secretID, timestamp: timestamp, nonce: nonce)
        guard !seen.contains(call) else {
            return CRSError(.replay, "Nonce was already used with this SecretId and Timestamp.")
        }
        while seen.count >= capacity, let oldest = queue.popFirst() { seen.remove(oldest) }
        seen.insert(call)
        queue.insert(call, at: timestamp)
        return nil
    }

    private mutating func forget(before now: Int64) {
        let (limit, overflowed) = now.subtractingReportingOverflow(windowSeconds)
        guard !overflowed else { return }
        while let first = queue.firstKey, first < limit, let call = queue.popFirst() { seen.remove(call) }
    }
}

extension CRSFreshness {
    private struct Call: Hashable, Sendable {
        let secretID: String
        let timestamp: Int64
        let nonce: UInt64
    }
}
