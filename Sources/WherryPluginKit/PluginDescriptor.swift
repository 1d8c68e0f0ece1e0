/// What a plugin says of itself, before it is made.
public struct PluginDescriptor: Sendable, Hashable {
    /// A thing that some plugins can do and others cannot.
    public struct Capabilities: OptionSet, Sendable, Hashable {
        /// The bits.
        public let rawValue: Int

        /// From bits.
        public init(rawValue: Int) { self.rawValue = rawValue }

        /// A source that serves its own bytes: `Source.hosting` is not nil.
        public static let hostsFiles = Capabilities(rawValue: 1 << 0)
        /// A sink that stores bytes and gives `.delivered` receipts.
        public static let storesBytes = Capabilities(rawValue: 1 << 1)
        /// A sink that writes instructions and gives `.emitted` receipts.
        public static let emitsLinks = Capabilities(rawValue: 1 << 2)
        /// A source that has backups made when it is asked to: `Source.requests` is not nil.
        public static let requestsBackups = Capabilities(rawValue: 1 << 3)

        /// A sink that can look whether a copy is still there: `Sink.presence(of:)`.
        public static let checksPresence = Capabilities(rawValue: 1 << 4)
        /// A sink that can remove a copy: `Sink.remove(_:)`.
        public static let removesCopies = Capabilities(rawValue: 1 << 5)
        /// A sink that can read a copy back: `Sink.read(_:to:)`; where that depends on how it is set up, it may still say
        /// that it cannot, ``Failure/cannotRead(_:)``.
        public static let readsCopies = Capabilities(rawValue: 1 << 6)

        /// Their names, for listings.
        public var names: [String] {
            let all: [(Capabilities, String)] = [
                (.hostsFiles, "hosts-files"), (.storesBytes, "stores-bytes"), (.emitsLinks, "emits-links"),
                (.requestsBackups, "requests-backups"), (.checksPresence, "checks-presence"),
                (.removesCopies, "removes-copies"), (.readsCopies, "reads-copies"),
            ]
            return all.filter { contains($0.0) }.map(\.1)
        }
    }

    /// The name used in the configuration, kebab case, such as `local-disk`.
    public var id: String
    /// A few words for listings.
    public var title: String
    /// What it does and when to use it, a few sentences.
    public var summary: String
    /// What it can do.
    public var capabilities: Capabilities

    /// A descriptor.
    public init(id: String, title: String, summary: String, capabilities: Capabilities = []) {
        self.id = id
        self.title = title
        self.summary = summary
        self.capabilities = capabilities
    }
}
