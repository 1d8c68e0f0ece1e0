public import WherryCore

/// A backup whose files can be fetched: what a sink is given.
public struct ResolvedBackup: Sendable {
    /// The source it comes from.
    public var source: SourceName
    /// The instance it is a backup of.
    public var instance: Instance
    /// The backup.
    public var backup: Backup
    /// Its files, by position.
    public var files: [ResolvedFile]

    /// A resolved backup.
    public init(source: SourceName, instance: Instance, backup: Backup, files: [ResolvedFile]) {
        self.source = source
        self.instance = instance
        self.backup = backup
        self.files = files
    }
}

/// A file together with the lease that keeps a URL for it valid.
public struct ResolvedFile: Sendable {
    /// The file.
    public var file: BackupFile
    /// Gives the currently valid URL.
    public var lease: any Lease
    /// Names the file in progress reports and the catalog; unique within the process.
    public var label: String
    /// What belongs behind the name of a copy, because a pipeline changes the bytes, such as `.zst.age`; else empty.
    public var pathSuffix = ""

    /// A resolved file.
    public init(file: BackupFile, lease: any Lease, label: String) {
        self.file = file
        self.lease = lease
        self.label = label
    }
}

/// The right to fetch one file, for as long as the source grants it: gives a valid URL now, a new one when it expired.
///
/// Every URL it gives is already a row in the catalog.
public protocol Lease: Sendable {
    /// Which network to use.
    var networks: NetworkChoice { get }

    /// A URL that is valid now, with some life left.
    ///
    /// - Throws: ``Failure`` of class `notFound` when the provider no longer has the backup; `unsupported` when no URL
    ///   exists for `network`.
    func url(on network: Network) async throws -> IssuedURL

    /// A URL issued after `old`, over the same network. Many callers at once cause one request.
    func renew(after old: IssuedURL, because reason: RenewalReason) async throws -> IssuedURL
}

/// Why another URL is wanted.
public enum RenewalReason: String, Sendable, Hashable {
    /// The provider refused the old one.
    case refused
    /// The old one still works, but not for long.
    case aging
}
