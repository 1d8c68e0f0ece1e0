/// Whether a connection gets on: when it last brought something, and how much within the last while.
///
/// Pure.
struct Pace: Sendable {
    /// What is to be said of it.
    enum Judgement: Sendable, Hashable {
        /// It gets on, or may still.
        case fine
        /// It brought nothing for the whole of the time that is borne.
        case stalled
        /// It brings so little that it would never end.
        case crawls
    }

    /// When it last brought something, or was not the one to wait for.
    private(set) var lastProgress: Duration
    private var windowStart: Duration
    private var windowBytes: Int64 = 0

    /// A connection of which something is expected from `now` on.
    init(from now: Duration) { (lastProgress, windowStart) = (now, now) }

    /// Something of it came on.
    mutating func progressed(at now: Duration) { lastProgress = now }

    /// So many bytes came.
    mutating func came(_ bytes: Int, at now: Duration) {
        lastProgress = now
        windowBytes += Int64(bytes)
    }

    /// Its bytes are counted from `now` on.
    mutating func beginWindow(at now: Duration) { (windowStart, windowBytes) = (now, 0) }

    /// Judges it by `settings`.
    ///
    /// - Parameter isReceiving: whether its answer has begun; before, no bytes can be expected.
    mutating func judge(at now: Duration, isReceiving: Bool, _ settings: TransferSettings) -> Judgement {
        if now - lastProgress >= settings.stallTimeout { return .stalled }
        guard isReceiving, now - windowStart >= settings.stallTimeout else { return .fine }
        let least = Double(settings.minimumRate) * ((now - windowStart) / .seconds(1))
        guard Double(windowBytes) >= least else { return .crawls }
        beginWindow(at: now)
        return .fine
    }
}
