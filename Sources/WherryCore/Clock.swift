/// Where the time of day comes from, so that tests can set it.
public protocol WallClock: Sendable {
    /// The current moment, rounded down to a second.
    var now: Timestamp { get }
}
