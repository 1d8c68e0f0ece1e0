/// From where an issued URL can be reached.
public enum Network: String, Sendable, Hashable, Codable, CaseIterable {
    /// Inside the provider's network (same region); free and fast there, unreachable elsewhere.
    case intranet
    /// From anywhere on the internet.
    case extranet

    /// The other one.
    public var other: Network { self == .intranet ? .extranet : .intranet }
}

/// Which of a file's two URLs to use, and when the other one may be tried.
public struct NetworkChoice: Sendable, Hashable {
    /// When the network that is not preferred may be used.
    public enum Fallback: String, Sendable, Hashable, CaseIterable {
        /// Never: an unreachable preferred network is a failure.
        case never
        /// When no connection to the preferred one can be made, or no URL for it was issued.
        case whenUnreachable = "when-unreachable"
    }

    /// The network that is tried first.
    public var preferred: Network
    /// When the other one may be tried.
    public var fallback: Fallback

    /// A choice.
    public init(preferred: Network, fallback: Fallback) {
        self.preferred = preferred
        self.fallback = fallback
    }
}
