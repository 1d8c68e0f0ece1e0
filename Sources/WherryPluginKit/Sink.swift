public import WherryCore

/// A running sink: something that takes backups.
///
/// Methods may be called at the same time from many tasks, `deliver` never twice at once for one backup.
public protocol Sink: Sendable {
    /// Cheap: can it be written to, is there room, is the program there?
    func check() async throws -> [Finding]

    /// Called once before the first delivery of a run. After a run that did not end cleanly, `recovering` is true:
    /// remove what an interrupted delivery may have left. Nothing else is running then.
    func prepare(run: RunID, recovering: Bool) async throws

    /// Takes one backup. At least once: it may be asked again for what it already has, and must end the same.
    ///
    /// - Returns: a receipt; `.delivered` only when every byte is verified and durable. A receipt of `.emitted` counts
    ///   from the moment ``finish(_:)`` has returned.
    func deliver(_ backup: ResolvedBackup, using transfer: any Transfer) async throws -> Receipt

    /// Called once after the last delivery of a run, e.g. to close and publish one script for all of it.
    func finish(_ run: RunSummary) async throws

    /// Whether what a receipt is about is still there, as far as a cheap look can tell: by name and size, without
    /// reading it.
    ///
    /// - Throws: nothing but `CancellationError` and ``Failure`` of a receipt that is not this sink's; who could not look
    ///   says ``Presence/unknown(_:)``.
    func presence(of receipt: Receipt) async throws -> Presence

    /// Reads what is stored of one file, from its first byte to its last, as it is stored: what a pipeline made of it,
    /// where there was one.
    ///
    /// Memory is bounded: the next bytes are read when `receive` has returned. Cancelling the task ends it. Nothing is
    /// compared with the receipt: whoever reads does that, and takes the bytes for the copy only after this has returned.
    ///
    /// - Parameters:
    ///   - artifact: of a receipt of this sink's.
    ///   - receive: takes the next bytes, one or more.
    /// - Throws: what `receive` threw; ``Failure`` `sink.copy-gone` of class `not-found` when it is not there, and others
    ///   when it could not be read to its end.
    func read(_ artifact: Artifact, to receive: @escaping @Sendable ([UInt8]) async throws -> Void) async throws

    /// Removes what a receipt is about; well done when it is gone already.
    func remove(_ receipt: Receipt) async throws

    /// Removes what deliveries that never came to their end have left in the store, such as the parts of an upload that
    /// nobody goes on with. What was completed stays.
    ///
    /// - Parameter age: only what nobody has touched for so long.
    /// - Returns: one entry for each thing removed, in the sink's own words; holds no secret.
    func sweep(untouchedFor age: Duration) async throws -> [String]
}

/// Whether a copy is where its receipt says.
///
/// Three answers, as nobody may take "could not look" for "gone".
public enum Presence: Sendable, Hashable {
    /// It is there.
    case present
    /// It is not there, or is not what it was.
    case absent
    /// Nobody could look, for this reason.
    case unknown(String)
}

extension Sink {
    /// Nothing to prepare.
    public func prepare(run: RunID, recovering: Bool) async throws {}

    /// Nothing to finish.
    public func finish(_ run: RunSummary) async throws {}

    /// A sink without the capability `checks-presence` does not know.
    public func presence(of receipt: Receipt) async throws -> Presence { .unknown("This sink cannot look.") }

    /// A sink without the capability `reads-copies` reads nothing back.
    public func read(
        _ artifact: Artifact,
        to receive: @escaping @Sendable ([UInt8]) async throws -> Void
    ) async throws {
        throw Failure.cannotRead()
    }

    /// A sink without the capability `removes-copies` removes nothing.
    public func remove(_ receipt: Receipt) async throws {
        throw Failure(
            .unsupported,
            code: "sink.cannot-remove",
            "This sink cannot remove copies.",
            remedy: "Remove them where they are stored."
        )
    }

    /// Most sinks leave nothing that ``prepare(run:recovering:)`` does not remove.
    public func sweep(untouchedFor age: Duration) async throws -> [String] { [] }
}

/// What a sink is told at the end of a run.
public struct RunSummary: Sendable, Hashable {
    /// The run.
    public var run: RunID
    /// When it started.
    public var startedAt: Timestamp
    /// Deliveries to this sink that went well.
    public var delivered: Int
    /// Deliveries to this sink that failed.
    public var failed: Int

    /// A summary.
    public init(run: RunID, startedAt: Timestamp, delivered: Int, failed: Int) {
        self.run = run
        self.startedAt = startedAt
        self.delivered = delivered
        self.failed = failed
    }
}
