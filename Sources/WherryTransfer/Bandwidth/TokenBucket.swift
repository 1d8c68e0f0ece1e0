/// When bytes may pass under a limit: it fills at the rate, every byte takes from it, and so little fits in that
/// nothing is made up for later.
///
/// Pure and exact: it counts in bytes times attoseconds, so no rounding adds up. Times are since some start and must
/// not run backwards. In any stretch of time at one rate, no more bytes pass than rate times time plus ``burst(of:)``,
/// as long as no single take is larger than that. It starts empty: a short transfer is no faster than a long one.
package struct TokenBucket: Sendable {
    /// What is in it, in bytes times attoseconds; negative while bytes were promised that have not yet come.
    private var level: Int128 = 0
    private var rate: ByteRate?
    private var filledAt: Duration = .zero

    private static let second: Int128 = 1_000_000_000_000_000_000

    /// An empty bucket.
    package init() {}

    /// The most that fits in: 80 ms worth of bytes, but not less than 64 KiB.
    package static func burst(of rate: ByteRate) -> Int { max(65_536, Int(rate.bytes(in: .milliseconds(80)))) }

    /// Takes bytes out, even those that have yet to come in, and says how long to wait until all of them may pass.
    ///
    /// - Parameter rate: What it fills with from `now` on; up to then it filled with the rate of the call before.
    package mutating func take(_ bytes: Int, at now: Duration, rate: ByteRate) -> Duration {
        let wait = delay(of: bytes, at: now, rate: rate)
        level -= Int128(bytes) * Self.second
        return wait
    }

    /// How long until so many bytes could be taken without a wait; nothing is taken.
    package mutating func delay(of bytes: Int, at now: Duration, rate: ByteRate) -> Duration {
        fill(until: now, rate: rate)
        let missing = Int128(bytes) * Self.second - level
        guard missing > 0 else { return .zero }
        // Up to the next nanosecond, the finest that clocks know: who waits that long finds enough.
        let perNanosecond = Int128(rate.bytesPerSecond) * 1_000_000_000
        return .nanoseconds(Int64(clamping: (missing + perNanosecond - 1) / perNanosecond))
    }

    /// Puts back bytes that were taken and then not used.
    package mutating func putBack(_ bytes: Int) { level += Int128(bytes) * Self.second }

    /// Pours in what came since the last call, at the rate of then.
    private mutating func fill(until now: Duration, rate: ByteRate) {
        // An hour fills any bucket; the bound keeps the product far from overflowing.
        let elapsed = min(max(now - filledAt, .zero), .seconds(3_600)).attoseconds
        level += Int128((self.rate ?? rate).bytesPerSecond) * elapsed
        level = min(level, Int128(Self.burst(of: rate)) * Self.second)
        filledAt = max(filledAt, now)
        self.rate = rate
    }
}
