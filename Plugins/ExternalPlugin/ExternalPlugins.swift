import WherryCore
public import WherryPluginKit
import WherryPluginWire

/// Sources that are programs of their own, in any language.
public enum ExternalSourcePlugin: SourcePlugin {
    /// Id `external`.
    public static let descriptor = PluginDescriptor(
        id: "external",
        title: "a program that speaks wherry-plugin/1",
        summary: "Runs a program for each question; how to write one is told in docs/plugins.md.",
        capabilities: [.requestsBackups]
    )

    /// `name` or `path`, and what is passed on.
    public static let options = ExternalSettings.specs(.source)

    /// Makes the source; the program is not run yet.
    ///
    /// - Throws: ``Failure`` of class `configuration`.
    public static func makeSource(_ options: OptionValues, context: PluginContext) async throws -> any Source {
        ExternalSource(program: ExternalProgram(try ExternalSettings(options, kind: .source), context: context))
    }
}

/// Sinks that are programs of their own, in any language.
public enum ExternalSinkPlugin: SinkPlugin {
    /// Id `external`.
    public static let descriptor = PluginDescriptor(
        id: "external",
        title: "a program that speaks wherry-plugin/1",
        summary: """
            Runs a program for each delivery, which is given URLs, verified files or a stream of bytes, as it wishes; \
            how to write one is told in docs/plugins.md.
            """,
        capabilities: [.storesBytes, .emitsLinks, .checksPresence, .removesCopies, .readsCopies]
    )

    /// `name` or `path`, and what is passed on.
    public static let options = ExternalSettings.specs(.sink)

    /// Makes the sink; the program is not run yet.
    ///
    /// - Throws: ``Failure`` of class `configuration`.
    public static func makeSink(_ options: OptionValues, context: PluginContext) async throws -> any Sink {
        ExternalSink(program: ExternalProgram(try ExternalSettings(options, kind: .sink), context: context))
    }
}
