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
}

extension Sink {
    /// Nothing to prepare.
    public func prepare(run: RunID, recovering: Bool) async throws {}

    /// Nothing to finish.
    public func finish(_ run: RunSummary) async throws {}
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
