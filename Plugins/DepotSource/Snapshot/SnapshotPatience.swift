/// How long a snapshot waits, and for what.
public struct SnapshotPatience: Sendable, Hashable {
    /// For the answer to a small question.
    public var answer: Duration
    /// For the first byte of a dump: the server forks, and may write the whole dump to a disk of its own before.
    public var start: Duration
    /// For more bytes of a dump that has begun.
    public var stall: Duration

    /// So long; by default 15 s, 15 min and 60 s.
    public init(answer: Duration = .seconds(15), start: Duration = .seconds(900), stall: Duration = .seconds(60)) {
        self.answer = answer
        self.start = start
        self.stall = stall
    }
}
