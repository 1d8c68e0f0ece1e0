/// One file of a backup: the only one of a standalone instance, one shard's of a cluster.
public struct BackupFile: Sendable, Hashable {
    /// Its position among the backup's files, from 0; the shard number of a cluster.
    public var position: Int
    /// The provider's name for it.
    ///
    /// Never used as a path component unchecked.
    public var name: String
    /// Its size; nil when the provider does not say.
    public var size: ByteCount?
    /// The digest of its bytes; nil when the provider does not say.
    public var sha256: SHA256Digest?

    /// A file.
    public init(position: Int, name: String, size: ByteCount? = nil, sha256: SHA256Digest? = nil) {
        self.position = position
        self.name = name
        self.size = size
        self.sha256 = sha256
    }
}

/// A source's answer for one file: where it can be fetched, and until when.
public struct IssuedFile: Sendable, Hashable {
    /// The file.
    public var file: BackupFile
    /// The URL for the provider's own network; nil when none was issued.
    public var intranet: SignedURL?
    /// The URL for the internet; nil when none was issued.
    public var extranet: SignedURL?
    /// When both stop working.
    public var expiresAt: Timestamp

    /// An answer.
    public init(file: BackupFile, intranet: SignedURL?, extranet: SignedURL?, expiresAt: Timestamp) {
        self.file = file
        self.intranet = intranet
        self.extranet = extranet
        self.expiresAt = expiresAt
    }
}

/// One URL of one file, valid until ``expiresAt`` unless the provider changes its mind.
public struct IssuedURL: Sendable, Hashable {
    /// The row number of the answer it came in, in the catalog.
    public var id: Int64
    /// The URL.
    public var url: SignedURL
    /// From where it can be reached.
    public var network: Network
    /// When it was issued.
    public var issuedAt: Timestamp
    /// When it stops working.
    public var expiresAt: Timestamp

    /// A URL.
    public init(id: Int64, url: SignedURL, network: Network, issuedAt: Timestamp, expiresAt: Timestamp) {
        self.id = id
        self.url = url
        self.network = network
        self.issuedAt = issuedAt
        self.expiresAt = expiresAt
    }
}
