public import WherryCore

/// Has backups made when it is asked to: what a source with the capability `requests-backups` gives out.
///
/// One backup is asked for in two steps, so that whoever asked soon knows whether the order was taken, and whoever waits
/// can be another process, after a restart.
public protocol BackupRequesting: Sendable {
    /// Whether an order for this instance can be taken at all.
    ///
    /// Most sources take them for every instance, and have no implementation of it.
    func takesOrders(for instance: Instance.ID) -> Bool

    /// Asks for a backup now, and returns once the order is taken; the backup is made later.
    ///
    /// Not idempotent: who repeats it after a lost answer may get two backups. Nobody asks for a second one of an
    /// instance while the first is under way.
    ///
    /// - Parameter remark: a note to keep with the backup; nil for none.
    /// - Throws: ``Failure`` of class `notFound`, code `instance.not-found`; with code `instance.busy` when something else
    ///   is done to the instance now.
    func requestBackup(of instance: Instance.ID, remark: String?) async throws -> BackupRequest

    /// Waits until a requested backup is made, or makes it: a source that makes it itself does the work here.
    ///
    /// Rides out passing trouble such as a lost connection: what it throws is the end of the request. When it is
    /// cancelled, which happens when the program is stopped, it is called again with the same request after the next
    /// start.
    ///
    /// - Returns: the backup; nil when it was made but cannot be told from others.
    func finished(_ request: BackupRequest) async throws -> Backup?

    /// Converts a cluster's backup to RDB files, where the provider wants that done before it issues URLs; returns once
    /// it is done.
    ///
    /// Most sources have nothing to convert, and no implementation of it.
    func export(_ backup: Backup.ID, of instance: Instance.ID) async throws

    /// Removes the backups of an instance that are past their time; asked after each that a schedule had made.
    ///
    /// For sources that keep backups themselves; what cannot be removed stays until the next time, and the source logs
    /// why. A provider does it unasked, so most sources have no implementation of it.
    func expire(_ instance: Instance.ID, keeping wishes: BackupRetention) async
}

extension BackupRequesting {
    /// Most sources take orders for every instance.
    public func takesOrders(for instance: Instance.ID) -> Bool { true }

    /// Most sources have nothing to convert.
    public func export(_ backup: Backup.ID, of instance: Instance.ID) async throws {}

    /// Most sources have nobody but the provider remove backups.
    public func expire(_ instance: Instance.ID, keeping wishes: BackupRetention) async {}
}

/// A backup that was asked for.
///
/// All of it is kept in the catalog, so that it outlives the process.
public struct BackupRequest: Sendable, Hashable {
    /// The instance.
    public var instance: Instance.ID
    /// The remark; nil for none.
    public var remark: String?
    /// The source's own name or number of the task, as text.
    public var task: String
    /// When it was asked for, by our clock.
    public var requestedAt: Timestamp
    /// Whether somebody asked for it or a schedule; providers see no difference, as they are asked in both cases.
    public var kind: Backup.Kind

    /// A request.
    public init(
        instance: Instance.ID,
        remark: String?,
        task: String,
        requestedAt: Timestamp,
        kind: Backup.Kind = .manual
    ) {
        self.instance = instance
        self.remark = remark
        self.task = task
        self.requestedAt = requestedAt
        self.kind = kind
    }
}
