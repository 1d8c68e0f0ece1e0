import WherryCore
import WherryEngine
import WherryPluginKit

/// The configuration, validated.
struct Config: Sendable {
    /// The path of the catalog.
    var catalog: String
    /// The sources, in the file's order.
    var sources: [SourceConfig]
    /// The sinks, in the file's order.
    var sinks: [SinkConfig]
    /// The jobs, in the file's order.
    var jobs: [Job]
    /// The server; nil when the file has none.
    var serve: ServeConfig?
}

/// One entry of `sources:`.
struct SourceConfig: Sendable {
    var name: SourceName
    var plugin: String
    var network: Network
    var fallback: NetworkChoice.Fallback
    var requestsPerSecond: Double
    var options: OptionValues
    /// The options as the file spells them, defaults filled in, secrets as references.
    var optionTexts: [(name: String, text: String)]
}

/// One entry of `sinks:`.
struct SinkConfig: Sendable {
    var name: SinkName
    var plugin: String
    var options: OptionValues
    /// The options as the file spells them, defaults filled in, secrets as references.
    var optionTexts: [(name: String, text: String)]
}

/// The section `serve:`.
struct ServeConfig: Sendable {
    var host: String
    var port: Int
    var source: SourceName
    var allowsPlainHTTP: Bool
    var keys: [KeyConfig]
}

/// One entry of `serve.keys:`.
struct KeyConfig: Sendable {
    var secretID: Secret
    var secretKey: Secret
    /// Both references, for `config show`.
    var references: (secretID: String, secretKey: String)
}
