/// One backup of one instance, as its source lists it.
public struct Backup: Sendable, Hashable {
    /// The provider's id of a backup; unique within its instance.
    public struct ID: StringIdentifier {
        /// The provider's text.
        public let rawValue: String

        /// Wraps `rawValue` unchanged.
        public init(rawValue: String) { self.rawValue = rawValue }
    }

    /// What made it.
    public enum Kind: String, Sendable, Hashable, CaseIterable {
        /// A person or program asked for it.
        case manual
        /// The provider's own schedule.
        case automatic
        /// Something else, e.g. a change of the instance's size.
        case other
    }

    /// Whether it can be fetched.
    public enum State: String, Sendable, Hashable, CaseIterable {
        /// Ready: URLs can be issued.
        case available
        /// Locked by another of the provider's flows; try later.
        case busy
        /// Must be, or is being, converted to RDB before URLs can be issued.
        case exporting
        /// Past its retention at the provider.
        case expired
        /// Something this version has no word for.
        case unknown
    }

    /// The provider's id.
    public var id: ID
    /// The instance it is a backup of.
    public var instance: Instance.ID
    /// When it was started.
    public var startedAt: Timestamp
    /// When it was done; nil when not said.
    public var endedAt: Timestamp?
    /// What made it.
    public var kind: Kind
    /// Whether it can be fetched.
    public var state: State
    /// The remark given when it was asked for; may be empty.
    public var remark: String
    /// The sum of its files; nil when not said.
    public var size: ByteCount?
    /// When the provider will delete it; nil when not said.
    public var expiresAt: Timestamp?

    /// A backup.
    public init(
        id: ID,
        instance: Instance.ID,
        startedAt: Timestamp,
        endedAt: Timestamp? = nil,
        kind: Kind = .other,
        state: State = .available,
        remark: String = "",
        size: ByteCount? = nil,
        expiresAt: Timestamp? = nil
    ) {
        self.id = id
        self.instance = instance
        self.startedAt = startedAt
        self.endedAt = endedAt
        self.kind = kind
        self.state = state
        self.remark = remark
        self.size = size
        self.expiresAt = expiresAt
    }

    /// Instance and backup together: what names one backup within a source.
    public struct Key: Sendable, Hashable, Comparable, CustomStringConvertible {
        /// The instance.
        public let instance: Instance.ID
        /// The backup.
        public let backup: ID

        /// A key.
        public init(instance: Instance.ID, backup: ID) {
            self.instance = instance
            self.backup = backup
        }

        /// `instance/backup`.
        public var description: String { "\(instance)/\(backup)" }

        /// Orders by instance, then backup.
        public static func < (left: Self, right: Self) -> Bool {
            (left.instance, left.backup) < (right.instance, right.backup)
        }
    }

    /// What names this backup within its source.
    public var key: Key { Key(instance: instance, backup: id) }
}
