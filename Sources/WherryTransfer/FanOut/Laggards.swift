import WherryCore

/// Judges which of the receivers of one download may hold the others back, and for how long.
///
/// All wait for the slowest, so that the source serves each byte once. A receiver is let go when it made the others wait
/// for more than ten seconds, and for more than half of the time that the download has taken; and when it took nothing
/// for thirty seconds on end, however long the download has gone well before. One that is only slower than the rest is
/// not, one that hangs is.
struct Laggards: Sendable {
    private let patience: Double
    private var held: [SinkName: Double] = [:]
    private var heldOnEnd: [SinkName: Double] = [:]

    /// - Parameter patience: so many seconds are forgiven in any case, and thrice as many on end in none.
    init(patience: Double = 10) { self.patience = patience }

    /// Everybody has room again.
    mutating func proceeded() { heldOnEnd = [:] }

    /// The download waited.
    ///
    /// - Parameters:
    ///   - seconds: how long.
    ///   - full: who had no room for more.
    ///   - idle: who of them took nothing meanwhile.
    ///   - others: how many others there are, who had room.
    ///   - elapsed: how long the download has taken so far, in seconds.
    /// - Returns: who is let go.
    mutating func waited(_ seconds: Double, for full: [SinkName], idle: [SinkName], others: Int, elapsed: Double)
        -> [SinkName]
    {
        guard others > 0 else { return [] }
        heldOnEnd = heldOnEnd.filter { idle.contains($0.key) }
        for sink in full { held[sink, default: 0] += seconds }
        for sink in idle { heldOnEnd[sink, default: 0] += seconds }
        return full.filter {
            held[$0, default: 0] > max(patience, elapsed / 2) || heldOnEnd[$0, default: 0] > 3 * patience
        }
    }
}
