/// What a plugin is asked to do: one process each.
package enum PluginOperation: String, Sendable, Hashable, CaseIterable {
    case describe, check
    case instances, backups
    case issueURLs = "issue-urls"
    case requestBackup = "request-backup"
    case deliver, presence, remove, finish, read

    /// Whether its answer is a list: `item` lines before the result.
    package var hasItems: Bool { self == .instances || self == .backups || self == .issueURLs }
}

/// The kinds of plugins.
package enum PluginKind: String, Sendable, Hashable, CaseIterable {
    /// Where backups come from.
    case source
    /// Where they go.
    case sink
}

/// The protocol's fixed numbers and names.
package enum PluginProtocol {
    /// Its name.
    package static let name = "wherry-plugin/1"
    /// The version spoken.
    package static let version: Int64 = 1
    /// The longest line, without its end.
    package static let lineLimit = 1 << 20
    /// The environment variable that tells a plugin who started it.
    package static let cookie = "WHERRY_PLUGIN_COOKIE"
    /// All that a plugin sees of the environment, the cookie aside.
    package static let environment = ["PATH", "HOME", "LANG", "TZ", "TMPDIR"]
}
