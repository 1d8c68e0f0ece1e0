/// How many connections one transfer uses: starts with one and doubles while that makes it faster.
///
/// Pure: fed with what came until when, answers with a number. A rate is measured over a window; after a doubling that
/// brought less than a fifth more, it goes back and waits, longer each time, unless the rate falls by itself. Where one
/// connection once was as fast as the machine itself, a slow moment is the disk's or another program's: only a rate that
/// stays low makes it search.
struct ConnectionScaling: Sendable {
    /// How long one measurement takes; half as long until the first doubling that brought nothing.
    static let window: Duration = .milliseconds(120)

    /// So many bytes per second over one connection are no limit of the server's or the way's that a second connection
    /// would lift: here the machine itself is the limit.
    static let plenty: Double = 250e6

    /// Where bytes that are here keep the next from being asked for during this share of the time, the disk or this
    /// machine is the limit, not the server: another connection would only be one more that waits.
    static let mostBusy = 0.7

    /// How many windows in a row have to be slow after one that was not.
    static let patience = 12

    /// The number wanted now, 1 at least.
    private(set) var target: Int

    private var maximum: Int
    private let isAdaptive: Bool
    private var windowStart: Duration?
    private var bytesAtStart: Int64 = 0
    private var busyAtStart: Duration = .zero
    /// Bytes per second before the last change; nil before the first measurement.
    private var baseline: Double?
    private var before: Int?
    private var isSettled = false
    private var slowWindows = ConnectionScaling.patience
    private var holdUntil: Duration = .zero
    private var hold: Duration = .seconds(1)

    /// - Parameters:
    ///   - maximum: the most connections, 1 at least.
    ///   - isAdaptive: false to use the maximum from the beginning.
    init(maximum: Int, isAdaptive: Bool) {
        self.maximum = max(1, maximum)
        self.isAdaptive = isAdaptive
        target = isAdaptive ? 1 : self.maximum
    }

    /// Whether another number may be tried later.
    var isSearching: Bool { isAdaptive && maximum > 1 }

    /// The server, or the budget of the host, does not take more than `count` connections.
    mutating func limit(to count: Int) {
        maximum = max(1, min(maximum, count))
        target = min(target, maximum)
    }

    /// Notes that `bytes` in all have come until `now`, over `active` connections.
    ///
    /// - Parameter busy: for how long in all, over all of them, nothing more could be taken because of what was here.
    mutating func observe(bytes: Int64, busy: Duration = .zero, active: Int, at now: Duration) {
        guard isSearching, active >= target else {
            windowStart = nil
            return
        }
        guard let start = windowStart else {
            (windowStart, bytesAtStart, busyAtStart) = (now, bytes, busy)
            return
        }
        let elapsed = now - start
        guard elapsed >= (isSettled ? Self.window : Self.window / 2) else { return }
        windowStart = now
        let rate = Double(bytes - bytesAtStart) / (elapsed / .seconds(1))
        let share = (busy - busyAtStart) / (elapsed * active)
        (bytesAtStart, busyAtStart) = (bytes, busy)
        decide(rate, busy: share, now)
    }

    private mutating func decide(_ rate: Double, busy: Double, _ now: Duration) {
        if let previous = before, let baseline {
            before = nil
            if rate < baseline * 1.2 {
                target = previous
                isSettled = true
                holdUntil = now + hold
                hold = min(hold * 2, .seconds(30))
                self.baseline = max(rate, baseline)
                return
            }
            hold = .seconds(1)
        } else if let baseline, now < holdUntil, rate > baseline * 0.7 {
            return
        }
        baseline = rate
        slowWindows = rate / Double(target) < Self.plenty ? slowWindows + 1 : 0
        guard target < maximum, slowWindows >= Self.patience, busy < Self.mostBusy else { return }
        before = target
        target = min(maximum, target * 2)
    }
}
