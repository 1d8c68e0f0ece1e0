public import WherryCore

/// A running source: something that has instances and backups and issues URLs for their files.
///
/// Methods may be called at the same time from many tasks. Throw ``Failure`` with the class that fits: the engine
/// retries only what is transient. Cancellation passes through untouched.
public protocol Source: Sendable {
    /// Cheap and read-only: can it be reached, are the credentials good, is there anything to see?
    func check() async throws -> [Finding]

    /// Every instance, page by page inside; the order is the source's own.
    func instances() -> AsyncThrowingStream<Instance, any Error>

    /// The backups of one instance, in any order; `since` may be used to ask for fewer, not to promise fewer.
    ///
    /// - Throws: ``Failure`` of class `notFound` when the instance does not exist.
    func backups(of instance: Instance.ID, since: Timestamp?) -> AsyncThrowingStream<Backup, any Error>

    /// Asks for URLs of every file of a backup: one entry a file, positions 0… without gaps.
    ///
    /// - Throws: ``Failure`` of class `notFound` when instance or backup do not exist, `transient` when the backup is
    ///   busy, `unsupported` when it can never be fetched.
    func issueURLs(for backup: Backup.ID, of instance: Instance.ID) async throws -> [IssuedFile]

    /// The same for URLs that only some clients may use.
    ///
    /// - Throws: ``Failure`` of class `unsupported`, code `source.cannot-limit`, when the source cannot bind its URLs to
    ///   addresses.
    func issueURLs(for backup: Backup.ID, of instance: Instance.ID, clients: ClientRule) async throws -> [IssuedFile]

    /// For a source that serves its own bytes: who answers the URLs that it issues.
    var hosting: (any FileHosting)? { get }

    /// For a source that has backups made when it is asked to: who takes the orders.
    var requests: (any BackupRequesting)? { get }
}

extension Source {
    /// Most sources issue URLs that somebody else answers.
    public var hosting: (any FileHosting)? { nil }

    /// Most sources only list the backups that others have made.
    public var requests: (any BackupRequesting)? { nil }

    /// Most sources cannot bind their URLs to addresses.
    public func issueURLs(
        for backup: Backup.ID,
        of instance: Instance.ID,
        clients: ClientRule
    ) async throws -> [IssuedFile] {
        guard clients == .everyone else {
            throw Failure(
                .unsupported,
                code: "source.cannot-limit",
                "The URLs of this source cannot be bound to the addresses of clients.",
                remedy: "Ask for URLs without a list of addresses."
            )
        }
        return try await issueURLs(for: backup, of: instance)
    }
}

/// Answers the URLs of a source that serves its own bytes.
public protocol FileHosting: Sendable {
    /// The file behind a signed request.
    ///
    /// - Parameters:
    ///   - path: the path of the request below the hosting's mount point, percent-encoded as received.
    ///   - query: everything behind the `?`, as received.
    ///   - network: the listener's network; nil when it serves both.
    ///   - client: where the request came from; nil when that is not known.
    /// - Throws: ``Failure`` of class `authentication` with code `hosting.expired`, `hosting.signature`,
    ///   `hosting.network` or `hosting.client`; `notFound` when the file is gone.
    func open(path: String, query: String, network: Network?, client: IPAddress?) async throws -> HostedFile
}

/// A file that a hosting source lets out.
public struct HostedFile: Sendable, Hashable {
    /// Where it lies on this machine.
    public var path: String
    /// The name to offer to the client.
    public var name: String
    /// Its size.
    public var size: ByteCount
    /// A strong validator, quoted as in the `ETag` header.
    public var etag: String
    /// When it was last changed.
    public var modifiedAt: Timestamp

    /// A file.
    public init(path: String, name: String, size: ByteCount, etag: String, modifiedAt: Timestamp) {
        self.path = path
        self.name = name
        self.size = size
        self.etag = etag
        self.modifiedAt = modifiedAt
    }
}

/// Where the server puts what hosting sources serve.
public enum HostingPath {
    /// The first part of every hosted URL's path.
    public static let mount = "/download/"
}
