import Synchronization

/// Spreads bytes over time, for one connection or for all of them.
final class FaultPacer: Sendable {
    /// Bytes a second; nil is unlimited.
    let rate: Int64?
    private let next = Mutex(ContinuousClock.now)

    init(rate: Int64?) {
        self.rate = rate
    }

    /// Books `count` bytes; they may go when the returned time is over.
    func delay(for count: Int) -> Duration {
        guard let rate else { return .zero }
        return next.withLock { next in
            let now = ContinuousClock.now
            // A short debt is kept, so that a late wake-up does not lower the rate.
            let start = max(next, now - .milliseconds(20))
            next = start + .seconds(1) * (Double(count) / Double(rate))
            return max(.zero, now.duration(to: start))
        }
    }

    /// A piece that takes about a twentieth of a second, at most 64 KiB.
    var piece: Int {
        guard let rate else { return 64 << 10 }
        return Int(max(1, min(64 << 10, rate / 20)))
    }
}
