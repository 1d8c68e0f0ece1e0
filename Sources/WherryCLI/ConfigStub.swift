import WherryCore
import WherryPluginKit
import WherryEngine
struct KeyConfig: Sendable { var secretID: Secret; var secretKey: Secret }
struct ServeConfig: Sendable { var host: String; var port: Int; var source: SourceName; var allowsPlainHTTP: Bool; var keys: [KeyConfig] }
struct SourceConfig: Sendable { var name: SourceName; var plugin: String; var network: Network; var fallback: NetworkChoice.Fallback; var requestsPerSecond: Double; var options: OptionValues }
struct SinkConfig: Sendable { var name: SinkName; var plugin: String; var options: OptionValues }
struct Config: Sendable { var catalog: String; var sources: [SourceConfig]; var sinks: [SinkConfig]; var jobs: [Job]; var serve: ServeConfig? }
struct ConfigError: Error { func text(for t: Terminal) -> String { "" } }
enum ConfigFile { static func load(_ p: String, resolvingSecrets: Bool) throws -> Config { throw ConfigError() } }
enum ConfigPrinter { static func json(_ c: Config) -> String { "" }; static func yaml(_ c: Config) -> String { "" } }
enum ConfigSchema { static func json(registry: PluginRegistry) -> String { "" } }
enum ConfigTemplate { static func text() -> String { "" } }
enum Spelling { static func nearest(to: String, in: [String]) -> String? { nil } }
enum DurationText { static func parse(_ t: String) -> Duration? { nil } }
