/// What one source or sink wrote down to find again after a restart, such as the uploads that it has under way.
///
/// Kept in the catalog's table `plugin_state`, where people can read it: no secret and no URL belongs into it.
public protocol PluginNotes: Sendable {
    /// Every note whose key begins so, by key.
    func notes(under prefix: String) async throws -> [String: String]

    /// Writes a note, in place of the one of that key; nil removes it. On the disk when it returns.
    func note(_ key: String, _ value: String?) async throws
}

extension PluginNotes {
    /// The note of this key; nil when there is none.
    public func note(_ key: String) async throws -> String? { try await notes(under: key)[key] }
}
