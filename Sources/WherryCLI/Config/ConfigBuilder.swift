import WherryCore
import WherryEngine
import WherryServer
import WherryTransfer

/// Makes a ``Config`` of a record that was read and checked without errors.
struct ConfigBuilder {
    private let file: ConfigRecord

    /// A builder.
    init(_ file: ConfigRecord) { self.file = file }

    /// The configuration.
    ///
    /// - Throws: ``Failure`` of class `internal` when a value is missing that its table promised.
    func config(warnings: [ConfigProblem]) throws -> Config {
        Config(
            catalog: try Self.given(file.text("catalog"), "catalog"),
            bandwidth: try Self.bandwidth(file),
            sources: try file.tables("sources").map(Self.source),
            sinks: try file.tables("sinks").map(Self.sink),
            jobs: try file.tables("jobs").map(Self.job),
            schedule: try file.tables("jobs").compactMap(Self.scheduled),
            daemon: DaemonConfig(
                timeZone: file.table("daemon")?.text("time_zone"),
                prove: try file.table("daemon")?.text("prove").map { text throws(Failure) in try JobSchedule(text) },
                metricsFile: file.table("daemon")?.text("metrics_file")
            ),
            serve: try file.table("serve").map(Self.serve),
            warnings: warnings,
            effective: file
        )
    }

    private static func source(_ record: ConfigRecord) throws -> SourceConfig {
        SourceConfig(
            name: SourceName(rawValue: try given(record.text("name"), "name")),
            plugin: try given(record.text("plugin"), "plugin"),
            network: try given(record.text("network").flatMap(Network.init), "network"),
            fallback: try given(record.text("fallback").flatMap(NetworkChoice.Fallback.init), "fallback"),
            requestsPerSecond: try given(record.number("requests_per_second"), "requests_per_second"),
            bandwidth: try bandwidth(record),
            options: try given(record.table("options"), "options").optionValues
        )
    }

    private static func bandwidth(_ record: ConfigRecord) throws -> BandwidthSchedule? {
        try record.text("bandwidth").map { text throws(Failure) in try BandwidthSchedule(text) }
    }

    private static func sink(_ record: ConfigRecord) throws -> SinkConfig {
        SinkConfig(
            name: SinkName(rawValue: try given(record.text("name"), "name")),
            plugin: try given(record.text("plugin"), "plugin"),
            bandwidth: try bandwidth(record),
            pipeline: PipelineConfig.pipeline(record),
            keep: record.table("keep").map(keep),
            options: try given(record.table("options"), "options").optionValues
        )
    }

    private static func keep(_ record: ConfigRecord) -> KeepPolicy {
        var periods: [KeepPolicy.Period: Int] = [:]
        for period in KeepPolicy.Period.allCases { periods[period] = record.integer(period.rawValue) }
        return KeepPolicy(newest: record.integer("newest"), within: record.duration("within"), periods: periods)
    }

    private static func job(_ record: ConfigRecord) throws -> Job {
        let backups = record.table("backups")
        let kinds = backups?.list("kinds").compactMap { $0.text.flatMap(Backup.Kind.init) } ?? []
        return Job(
            name: JobName(rawValue: try given(record.text("name"), "name")),
            source: SourceName(rawValue: try given(record.text("source"), "source")),
            instances: record.list("instances").compactMap { $0.text.map { Glob($0) } },
            selection: Job.Selection(
                newest: backups?.integer("newest"),
                since: backups?.duration("since"),
                kinds: kinds.isEmpty ? nil : Set(kinds)
            ),
            sinks: record.list("sinks").compactMap { $0.text.map { SinkName(rawValue: $0) } },
            concurrency: try given(record.integer("concurrency"), "concurrency"),
            connections: record.integer("connections"),
            overdueAfter: record.duration("overdue_after")
        )
    }

    private static func scheduled(_ record: ConfigRecord) throws -> ScheduledJob? {
        guard let schedule = record.text("schedule") else { return nil }
        return ScheduledJob(
            name: JobName(rawValue: try given(record.text("name"), "name")),
            schedule: try JobSchedule(schedule),
            splay: record.duration("splay") ?? .zero,
            catchesUp: record.boolean("catch_up") ?? true,
            retries: record.integer("retries") ?? 3
        )
    }

    private static func serve(_ record: ConfigRecord) throws -> ServeConfig {
        let listen = try given(record.text("listen").flatMap(ConfigScalar.listen), "listen")
        return ServeConfig(
            host: listen.host,
            port: listen.port,
            intranetListen: record.text("intranet_listen").flatMap(ConfigScalar.listen),
            tls: try record.table("tls").map { tls in
                (
                    certificate: try given(tls.text("certificate"), "certificate"),
                    key: try given(tls.text("key"), "key")
                )
            },
            connectionsPerClient: try given(record.integer("connections_per_client"), "connections_per_client"),
            accessLog: record.text("access_log"),
            source: SourceName(rawValue: try given(record.text("source"), "source")),
            allowsPlainHTTP: try given(record.boolean("allow_plain_http"), "allow_plain_http"),
            limits: limits(record.integer("calls_per_second")),
            keys: record.tables("keys").compactMap { key in
                guard let id = key.secret("secret_id"), let secret = key.secret("secret_key") else { return nil }
                return KeyConfig(secretID: id, secretKey: secret, rights: rights(key))
            }
        )
    }

    private static func rights(_ key: ConfigRecord) -> CallerRights {
        CallerRights(
            actions: key.list("actions").compactMap { $0.text.map { Glob($0) } },
            instances: key.list("instances").compactMap { $0.text.map { Glob($0) } },
            networks: Set(key.list("networks").compactMap { $0.text.flatMap(Network.init) })
        )
    }

    private static func limits(_ callsPerSecond: Int?) -> CallLimits {
        guard let callsPerSecond else { return .documented }
        return callsPerSecond == 0 ? .unlimited : .perSecond(callsPerSecond)
    }

    private static func given<Value>(_ value: Value?, _ key: String) throws -> Value {
        guard let value else {
            throw Failure(
                .internal,
                code: "config.lost-value",
                "The value of \(key) was lost after it was checked.",
                remedy: "This is a defect: please report it with the configuration, without its secrets."
            )
        }
        return value
    }
}
