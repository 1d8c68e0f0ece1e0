import WherryCore

/// The plugins of this program: one explicit list, no registration behind anybody's back.
public struct PluginRegistry: Sendable {
    /// The kinds of sources, by id.
    public let sources: [String: any SourcePlugin.Type]
    /// The kinds of sinks, by id.
    public let sinks: [String: any SinkPlugin.Type]

    /// A registry of these plugins.
    ///
    /// - Throws: ``Failure`` of class `internal` when two sources or two sinks have the same id.
    public init(sources: [any SourcePlugin.Type], sinks: [any SinkPlugin.Type]) throws {
        func duplicate(_ id: String) -> Failure {
            Failure(.internal, code: "plugin.duplicate-id", "Two plugins call themselves \(id).", remedy: "Rename one.")
        }
        self.sources = try Dictionary(sources.map { ($0.descriptor.id, $0) }) { first, _ in
            throw duplicate(first.descriptor.id)
        }
        self.sinks = try Dictionary(sinks.map { ($0.descriptor.id, $0) }) { first, _ in
            throw duplicate(first.descriptor.id)
        }
    }
}
