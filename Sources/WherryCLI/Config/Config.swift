import WherryCore
import WherryEngine
import WherryPluginKit
import WherryServer
import WherryTransfer

/// The configuration: validated, with every default filled in.
struct Config: Sendable {
    /// The absolute path of the catalog.
    var catalog: String
    /// The most that a run fetches in all; nil for no limit.
    var bandwidth: BandwidthSchedule?
    /// The sources, in the order of the file.
    var sources: [SourceConfig]
    /// The sinks, in the order of the file.
    var sinks: [SinkConfig]
    /// The jobs, in the order of the file.
    var jobs: [Job]
    /// The jobs that run by themselves, in the order of the file.
    var schedule: [ScheduledJob]
    /// How `wherry daemon` keeps them.
    var daemon: DaemonConfig
    /// What `wherry serve` does; nil when the file does not say.
    var serve: ServeConfig?
    /// What works, but deserves a look, by position in the file.
    var warnings: [ConfigProblem]
    /// Every key with its value, for ``ConfigPrinter``.
    var effective: ConfigRecord
}

/// One entry of `sources`.
struct SourceConfig: Sendable {
    /// Its name, unique among sources.
    var name: SourceName
    /// The id of its plugin, one of the registry's.
    var plugin: String
    /// Which of the two URLs to use.
    var network: Network
    /// When the other one may be used.
    var fallback: NetworkChoice.Fallback
    /// The budget of its provider, above 0.
    var requestsPerSecond: Double
    /// The most that a run fetches from it; nil for no limit.
    var bandwidth: BandwidthSchedule?
    /// The plugin's options.
    ///
    /// Holds no secrets when none were looked up.
    var options: OptionValues
}

/// One entry of `sinks`.
struct SinkConfig: Sendable {
    /// Its name, unique among sinks.
    var name: SinkName
    /// The id of its plugin, one of the registry's.
    var plugin: String
    /// The most that a run fetches for it; nil for no limit.
    var bandwidth: BandwidthSchedule?
    /// What its bytes pass on their way; nil where they are stored as they come.
    var pipeline: Pipeline?
    /// Which copies it keeps; nil for all.
    var keep: KeepPolicy?
    /// The plugin's options.
    ///
    /// Holds no secrets when none were looked up.
    var options: OptionValues
}

/// The section `daemon`.
struct DaemonConfig: Sendable {
    /// Whose clock schedules follow; nil for the machine's.
    var timeZone: String?
    /// When copies are proven to restore; nil for never.
    var prove: JobSchedule?
    /// The absolute path of a file for Prometheus; nil for none.
    var metricsFile: String?

    /// The zone of that name, or the machine's.
    var zone: ZoneOffset { timeZone.flatMap { ZoneOffset(named: $0) } ?? .local }
}

/// The section `serve`.
struct ServeConfig: Sendable {
    /// Where to listen: an address or a name, without brackets.
    var host: String
    /// The port, 0 for any free one.
    var port: Int
    /// A second address, for the intranet; nil when one serves both networks.
    var intranetListen: (host: String, port: Int)?
    /// The files of certificate and key; nil for plain http.
    var tls: (certificate: String, key: String)?
    /// The most connections from one address.
    var connectionsPerClient: Int
    /// The absolute path of the access log, `-` for standard error; nil for none.
    var accessLog: String?
    /// The source that is served.
    var source: SourceName
    /// Whether requests without TLS are answered; when the file does not say, true for a loopback ``host`` only.
    var allowsPlainHTTP: Bool
    /// How many calls of one action are answered to one key; when the file does not say, as many as the provider
    /// documents.
    var limits: CallLimits
    /// Who may ask.
    ///
    /// Empty, so that nobody may, when no secrets were looked up.
    var keys: [KeyConfig]
}

/// One entry of `serve.keys`.
struct KeyConfig: Sendable {
    /// Names the key in requests.
    var secretID: Secret
    /// Signs requests.
    var secretKey: Secret
    /// What it may do.
    var rights: CallerRights
}
