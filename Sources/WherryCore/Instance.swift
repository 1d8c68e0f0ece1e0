/// One Redis deployment whose backups a source knows.
public struct Instance: Sendable, Hashable {
    /// The provider's id of an instance, such as `crs-c7xq4kqu`; unique within its source.
    public struct ID: StringIdentifier {
        /// The provider's text.
        public let rawValue: String

        /// Wraps `rawValue` unchanged.
        public init(rawValue: String) { self.rawValue = rawValue }
    }

    /// How its data is laid out, which decides how many files a backup has.
    public enum Topology: String, Sendable, Hashable, CaseIterable {
        /// One data set, one file a backup.
        case standalone
        /// Several shards, usually one file a shard.
        case cluster
        /// The provider did not say.
        case unknown
    }

    /// What it is doing.
    public enum State: String, Sendable, Hashable, CaseIterable {
        /// In service.
        case running
        /// Not in service yet.
        case initializing
        /// Being changed by the provider.
        case busy
        /// Cut off, e.g. for an unpaid bill.
        case isolated
        /// Something this version has no word for.
        case unknown
    }

    /// The provider's id.
    public var id: ID
    /// The name its owner gave it; may be empty.
    public var name: String
    /// How its data is laid out.
    public var topology: Topology
    /// What it is doing.
    public var state: State
    /// Engine and version in the provider's words, such as `redis 7.0.15`; nil when not said.
    public var engine: String?
    /// The provider's region; nil when not said.
    public var region: String?
    /// Its memory; nil when not said.
    public var memory: ByteCount?
    /// When it was made; nil when not said.
    public var createdAt: Timestamp?

    /// An instance.
    public init(
        id: ID,
        name: String = "",
        topology: Topology = .unknown,
        state: State = .unknown,
        engine: String? = nil,
        region: String? = nil,
        memory: ByteCount? = nil,
        createdAt: Timestamp? = nil
    ) {
        self.id = id
        self.name = name
        self.topology = topology
        self.state = state
        self.engine = engine
        self.region = region
        self.memory = memory
        self.createdAt = createdAt
    }
}
