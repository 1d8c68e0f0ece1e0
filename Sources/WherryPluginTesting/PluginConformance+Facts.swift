import ExternalPlugin
import WherryCore
public import WherryPluginKit
import WherryPluginWire

/// What a program says of itself.
public struct PluginFacts: Sendable, Hashable {
    /// Its id.
    public var id: String
    /// Its own version.
    public var version: String
    /// `source` or `sink`.
    public var kind: String
    /// A few words.
    public var title: String
    /// A few sentences.
    public var summary: String
    /// How files come to a sink; nil for a source.
    public var wants: String?
    /// The operations that it has.
    public var operations: [String]
    /// Its options.
    public var options: [OptionSpec]
}

extension PluginConformance {
    /// What the program says of itself; its texts are fit for a terminal.
    ///
    /// - Throws: ``Failure``.
    public func describe() async throws -> PluginFacts {
        let description = try await description()
        let blotter = Blotter()
        return PluginFacts(
            id: blotter.clean(description.id),
            version: blotter.clean(description.version),
            kind: description.kind.rawValue,
            title: blotter.clean(description.title),
            summary: blotter.clean(description.summary, limit: 2_000),
            wants: description.wish?.rawValue,
            operations: PluginOperation.allCases.filter { description.operations.contains($0) }.map(\.rawValue),
            options: description.options.map { option in
                var option = option
                option.name = blotter.clean(option.name)
                option.help = blotter.clean(option.help)
                return option
            }
        )
    }

    /// What the program finds of its options.
    ///
    /// - Throws: ``Failure``.
    public func check() async throws -> [Finding] {
        switch try await description().kind {
        case .sink: try await ExternalSinkPlugin.makeSink(externalOptions, context: context).check()
        case .source: try await ExternalSourcePlugin.makeSource(externalOptions, context: context).check()
        }
    }

    private func description() async throws -> PluginDescription {
        let answer = try await session().ask(request("describe"))
        do {
            return try PluginDescription(answer.result["plugin"] ?? .null)
        } catch {
            throw ExternalFailure.of(
                .malformed(error.description),
                plugin: path,
                operation: "describe",
                complaint: nil
            )
        }
    }
}
