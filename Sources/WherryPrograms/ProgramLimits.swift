/// How long a program may take, and how much it may say.
public struct ProgramLimits: Sendable, Hashable {
    /// How long all of it may take; nil for as long as it likes.
    public var deadline: Duration?
    /// How long nothing may move while it is the program's turn; nil for as long as it likes.
    ///
    /// It is not its turn while we have nothing to write yet, or are busy with what it wrote.
    public var stall: Duration?
    /// How long it has to end by itself after SIGTERM, before SIGKILL.
    public var grace: Duration

    /// Limits; 10 seconds of grace when nobody says otherwise.
    public init(deadline: Duration? = nil, stall: Duration? = nil, grace: Duration = .seconds(10)) {
        self.deadline = deadline
        self.stall = stall
        self.grace = grace
    }
}

/// What a program reads.
public enum ProgramInput: Sendable {
    /// Nothing: the end at once.
    case nothing
    /// These bytes, then the end. A program that does not read them is no failure.
    case bytes([UInt8])
    /// What the closure writes, and the end after it has returned.
    ///
    /// When it throws, the program is killed before its input is closed, so it never takes a part for the whole.
    /// Nobody who left the program's own session is reached by that.
    case fed(@Sendable (ProgramWriter) async throws -> Void)
}

/// Where the bytes go that a program writes.
public enum ProgramOutput: Sendable {
    /// Nowhere.
    case discarded
    /// Into memory; more than so many bytes end the program with `program.too-much-output`.
    case collected(limit: Int)
    /// To the closure, as they come, up to 256 KiB at a time; the program waits while the closure works.
    case chunks(@Sendable ([UInt8]) async throws -> Void)
    /// To the closure, line by line without the line break; of a longer line only its first `limit` bytes.
    case lines(limit: Int, @Sendable (String) async throws -> Void)
}
