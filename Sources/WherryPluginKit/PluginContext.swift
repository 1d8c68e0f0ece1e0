public import Logging
public import WherryCore

/// All that a plugin may use of the world outside it: nothing is ambient, so a test can replace each part.
public struct PluginContext: Sendable {
    /// The name of this source or sink in the configuration.
    public var name: String
    /// Logs with this plugin's name in the metadata.
    ///
    /// Never log a signed URL or secret.
    public var logger: Logger
    /// The time of day.
    public var clock: any WallClock
    /// Small HTTP exchanges, within the source's request budget.
    public var http: any HTTPTransport
    /// Told of every call to a provider's API.
    public var observer: any APIObserver
    /// What the catalog has of this source.
    public var inventory: any Inventory
    /// Small notes that outlive the process, in the catalog.
    public var notes: any PluginNotes
    /// A folder of its own for state that outlives the process; may not exist yet.
    public var stateDirectory: String
    /// Random numbers: each call gives 64 fresh bits.
    public var random: @Sendable () -> UInt64

    /// A context.
    public init(
        name: String,
        logger: Logger,
        clock: any WallClock,
        http: any HTTPTransport,
        observer: any APIObserver,
        inventory: any Inventory,
        notes: any PluginNotes,
        stateDirectory: String,
        random: @escaping @Sendable () -> UInt64
    ) {
        self.name = name
        self.logger = logger
        self.clock = clock
        self.http = http
        self.observer = observer
        self.inventory = inventory
        self.notes = notes
        self.stateDirectory = stateDirectory
        self.random = random
    }
}

/// Told of every call to a provider's API, so that the catalog can keep it.
public protocol APIObserver: Sendable {
    /// One call ended.
    func observed(_ call: APICall) async
}

/// One call to a provider's API and how it ended.
///
/// Holds no secret and no URL.
public struct APICall: Sendable, Hashable {
    /// The action, such as `GetBackupDownloadUrl`.
    public var action: String
    /// What it was about, such as `crs-1/backup-2`; may be empty.
    public var object: String
    /// The provider's code; `0` for success, `http-503` or `unreachable` when no answer could be read.
    public var code: String
    /// When it was sent.
    public var at: Timestamp
    /// How long the answer took.
    public var latency: Duration

    /// A call.
    public init(action: String, object: String, code: String, at: Timestamp, latency: Duration) {
        self.action = action
        self.object = object
        self.code = code
        self.at = at
        self.latency = latency
    }
}

/// What the catalog has of one source, for plugins that keep their own backups: the depot reads and adds here.
public protocol Inventory: Sendable {
    /// Every instance of this source.
    func instances() async throws -> [Instance]

    /// One instance; nil when there is none of that id.
    func instance(_ id: Instance.ID) async throws -> Instance?

    /// The backups of an instance, newest first.
    func backups(of instance: Instance.ID) async throws -> [Backup]

    /// One backup; nil when there is none of that id.
    func backup(_ id: Backup.ID, of instance: Instance.ID) async throws -> Backup?

    /// The files of a backup, by position; empty when there is no such backup.
    func files(of backup: Backup.ID, instance: Instance.ID) async throws -> [BackupFile]

    /// Adds a backup with its files, and its instance if that is new, in one transaction.
    ///
    /// One that is there already is noted as it is now, such as expired; of its files only those given are touched.
    func register(_ backup: Backup, of instance: Instance, files: [BackupFile]) async throws
}
