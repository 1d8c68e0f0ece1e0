import Builtins
import Logging
import WherryCatalog
import WherryCore
import WherryEngine
import WherryPluginKit
import WherryServer
import WherryTransfer

/// Wires the concrete parts of the program: the only place that knows them all.
struct Composition: Sendable {
    let config: Config
    let registry: PluginRegistry
    let catalog: Catalog
    let connections: HTTPConnections
    let logger: Logger
    let clock: any WallClock = SystemClock()
    let random: @Sendable () -> UInt64 = { UInt64.random(in: .min ... .max) }

    /// Who is at the keyboard, for the column asked_by.
    var person: String { "cli:\(Environment.user)" }

    /// Opens everything that the configuration names, runs `body`, and closes it.
    static func with<Value: Sendable>(
        _ options: GlobalOptions,
        logLevel: Logger.Level = .warning,
        _ body: @Sendable (Composition) async throws -> Value
    ) async throws -> Value {
        try await with(
            config: options.loadConfig(resolvingSecrets: true),
            logger: options.logger(default: logLevel),
            body
        )
    }

    /// Opens everything that `config` names, runs `body`, and closes it.
    static func with<Value: Sendable>(
        config: Config,
        logger: Logger,
        _ body: @Sendable (Composition) async throws -> Value
    ) async throws -> Value {
        let catalog = try Catalog(path: config.catalog, now: SystemClock().now)
        defer {
            catalog.flush()
            catalog.checkpoint()
        }
        return try await HTTPConnections.with { connections in
            try await body(
                Composition(
                    config: config,
                    registry: try Builtins.registry(),
                    catalog: catalog,
                    connections: connections,
                    logger: logger
                )
            )
        }
    }

    /// The same catalog and connections, by another configuration.
    func with(_ config: Config) -> Composition {
        Composition(config: config, registry: registry, catalog: catalog, connections: connections, logger: logger)
    }

    /// Asks sources what they have.
    var discovery: Discovery { Discovery(catalog: catalog, clock: clock, random: random) }

    /// Resolves backups.
    var resolver: Resolver { Resolver(catalog: catalog, clock: clock, random: random) }

    /// Backups of a source that are asked for.
    func tasks(of source: ConfiguredSource) -> BackupTasks {
        BackupTasks(catalog: catalog, source: source, clock: clock)
    }

    /// The jobs of these names; all when none is given.
    ///
    /// - Throws: ``Failure`` of class `usage` for an unknown name.
    func jobs(named names: [String]) throws -> [Job] {
        let all = config.jobs.map(\.name.rawValue)
        guard !all.isEmpty else {
            throw Failure(
                .configuration,
                code: "config.no-jobs",
                "The configuration has no jobs.",
                remedy: "Add one under jobs:, see wherry init."
            )
        }
        for name in names where !all.contains(name) {
            let near = Spelling.nearest(to: name, in: all).map { "Did you mean \($0)? " } ?? ""
            throw Failure(
                .usage,
                code: "job.unknown",
                "There is no job \(name).",
                remedy: near + "The configuration has: \(all.joined(separator: ", "))."
            )
        }
        return config.jobs.filter { names.isEmpty || names.contains($0.name.rawValue) }
    }

    /// The source of this name, or all of them, made and ready.
    func sources(named name: String? = nil) async throws -> [ConfiguredSource] {
        let all = config.sources.map(\.name.rawValue)
        if let name, !all.contains(name) {
            let near = Spelling.nearest(to: name, in: all).map { "Did you mean \($0)? " } ?? ""
            throw Failure(
                .usage,
                code: "source.unknown",
                "There is no source \(name).",
                remedy: near + "The configuration has: \(all.joined(separator: ", "))."
            )
        }
        var sources: [ConfiguredSource] = []
        for source in config.sources where name == nil || source.name.rawValue == name {
            sources.append(try await make(source))
        }
        return sources
    }

    /// The source of this name, or the only one, made and ready.
    ///
    /// - Throws: ``Failure`` of class `usage` when there are several and none is named.
    func onlySource(named name: String?) async throws -> ConfiguredSource {
        let sources = try await sources(named: name)
        guard sources.count == 1, let only = sources.first else {
            throw Failure(
                .usage,
                code: "source.ambiguous",
                "The configuration has \(sources.count) sources.",
                remedy: "Name one: --source \(sources.map(\.name.rawValue).joined(separator: " or --source "))."
            )
        }
        return only
    }

    /// A source, made and ready.
    func make(_ source: SourceConfig) async throws -> ConfiguredSource {
        guard let plugin = registry.sources[source.plugin] else { throw Self.unknownPlugin(source.plugin) }
        let budget = RequestBudget(requestsPerSecond: source.requestsPerSecond)
        var context = context(name: source.name.rawValue, kind: .source, plugin: source.plugin)
        context.http = PacedTransport(HTTPClientTransport(connections), budget: budget)
        try await catalog.register(source: source.name, plugin: source.plugin, at: clock.now)
        return ConfiguredSource(
            name: source.name,
            plugin: source.plugin,
            source: try await plugin.makeSource(source.options, context: context),
            networks: NetworkChoice(preferred: source.network, fallback: source.fallback),
            bandwidth: limiter(source.bandwidth)
        )
    }

    /// The sinks of these names; all when none is given.
    ///
    /// - Throws: ``Failure`` of class `usage` for an unknown name.
    func sinks(named names: [String]) throws -> [SinkConfig] {
        let all = config.sinks.map(\.name.rawValue)
        for name in names where !all.contains(name) {
            let near = Spelling.nearest(to: name, in: all).map { "Did you mean \($0)? " } ?? ""
            throw Failure(
                .usage,
                code: "sink.unknown",
                "There is no sink \(name).",
                remedy: near + "The configuration has: \(all.joined(separator: ", "))."
            )
        }
        return config.sinks.filter { names.isEmpty || names.contains($0.name.rawValue) }
    }

    /// What tries out whether a sink stores.
    func probe() -> SinkProbe {
        let fetcher = FileFetcher(
            connections: connections,
            clock: clock,
            observer: NoTransferObserver(),
            disk: Disk(of: "probe"),
            random: random
        )
        return SinkProbe(clock: clock, fetcher: fetcher, random: random)
    }

    /// A sink, made and ready.
    func make(_ sink: SinkConfig) async throws -> ConfiguredSink {
        guard let plugin = registry.sinks[sink.plugin] else { throw Self.unknownPlugin(sink.plugin) }
        let storesBytes = plugin.descriptor.capabilities.contains(.storesBytes)
        if sink.pipeline != nil, !storesBytes {
            throw Failure(
                .configuration,
                code: "pipeline.no-links",
                "The sink \(sink.name) hands out links: whoever follows them gets the bytes as they are.",
                remedy: "Remove pipeline: from this sink."
            )
        }
        if sink.keep != nil, !plugin.descriptor.capabilities.contains(.removesCopies) {
            throw Failure(
                .configuration,
                code: "keep.cannot-remove",
                "The sink \(sink.name) cannot remove copies, so keep: has no meaning there.",
                remedy: "Remove keep: from this sink, and old copies where they are stored."
            )
        }
        let context = context(name: sink.name.rawValue, kind: .sink, plugin: sink.plugin)
        return ConfiguredSink(
            name: sink.name,
            plugin: sink.plugin,
            sink: try await plugin.makeSink(sink.options, context: context),
            bandwidth: limiter(sink.bandwidth),
            storesBytes: storesBytes,
            pipeline: sink.pipeline,
            keep: sink.keep
        )
    }

    /// What a run of these jobs needs.
    ///
    /// - Parameter bandwidth: the most that it fetches in all, instead of what the configuration says.
    func runEnvironment(for jobs: [Job], bandwidth: BandwidthSchedule? = nil) async throws -> Runner.Environment {
        var sources: [SourceName: ConfiguredSource] = [:]
        for source in config.sources where jobs.contains(where: { $0.source == source.name }) {
            sources[source.name] = try await make(source)
        }
        var sinks: [SinkName: ConfiguredSink] = [:]
        for sink in config.sinks where jobs.contains(where: { $0.sinks.contains(sink.name) }) {
            sinks[sink.name] = try await make(sink)
        }
        return Runner.Environment(
            catalog: catalog,
            sources: sources,
            sinks: sinks,
            connections: connections,
            bandwidth: limiter(bandwidth ?? config.bandwidth),
            resolver: resolver,
            clock: clock,
            zone: config.daemon.zone,
            random: random,
            logger: logger
        )
    }

    /// What removes copies that a sink does not keep.
    var pruner: CopyPruner { CopyPruner(catalog: catalog, clock: clock, zone: config.daemon.zone) }

    private func limiter(_ schedule: BandwidthSchedule?) -> BandwidthLimiter? {
        schedule.map { BandwidthLimiter($0, wallClock: clock) }
    }

    /// The server that the configuration asks for.
    ///
    /// - Parameter accessLog: gets a line for each request; without it they are in the log, where that has such a level.
    func server(
        _ serve: ServeConfig,
        readiness: Readiness = Readiness(),
        accessLog: AccessLog? = nil
    ) async throws -> WherryServer {
        guard let source = config.sources.first(where: { $0.name == serve.source }) else {
            throw Failure(
                .configuration,
                code: "config.no-source",
                "serve: names the source \(serve.source), which there is not.",
                remedy: "Name one of sources:."
            )
        }
        let keys = Dictionary(
            serve.keys.map { ($0.secretID.reveal, APIKeys.Key(secret: $0.secretKey, rights: $0.rights)) }
        ) { first, _ in first }
        let served = try await make(source)
        // What a hosting source has is looked up in the catalog, where an instance without a backup may be missing.
        if served.source.hosting != nil, served.source.requests != nil {
            _ = try await discovery.instances(of: served)
        }
        return WherryServer(
            backend: ServiceBackend(
                catalog: catalog,
                source: served,
                resolver: resolver,
                clock: clock,
                random: random
            ),
            keys: APIKeys(keys),
            allowsPlainHTTP: serve.allowsPlainHTTP,
            limits: serve.limits,
            connectionsPerClient: serve.connectionsPerClient,
            readiness: readiness,
            random: random,
            onAnswer: recorder(accessLog)
        )
    }

    /// The access log that the configuration asks for; nil when it asks for none.
    func accessLog(_ serve: ServeConfig) throws -> AccessLog? {
        try serve.accessLog.map {
            try AccessLog(path: $0, logger: logger, milliseconds: { SystemClock.milliseconds })
        }
    }

    /// Where requests are noted: in the access log, else in the log; nil when that would not show them.
    private func recorder(_ accessLog: AccessLog?) -> (@Sendable (AccessRecord) -> Void)? {
        if let accessLog { return { accessLog.add($0) } }
        guard logger.logLevel <= .info else { return nil }
        let logger = logger
        return { access in
            logger.info(
                "answered",
                metadata: [
                    "http.method": "\(access.method)", "http.path": "\(access.path)", "http.status": "\(access.status)",
                    "duration_ms": "\(access.latency.wholeMilliseconds)", "request.id": "\(access.requestID)",
                ]
            )
        }
    }

    private func context(name: String, kind: Catalog.PluginKind, plugin: String) -> PluginContext {
        var logger = logger
        logger[metadataKey: "plugin.id"] = "\(plugin)"
        logger[metadataKey: "\(kind.rawValue).name"] = "\(name)"
        let source = SourceName(rawValue: name)
        return PluginContext(
            name: name,
            logger: logger,
            clock: clock,
            http: HTTPClientTransport(connections),
            observer: CatalogAPIObserver(catalog: catalog, source: source),
            inventory: CatalogInventory(catalog: catalog, source: source, plugin: plugin, clock: clock),
            notes: CatalogNotes(catalog: catalog, kind: kind, name: name, clock: clock),
            stateDirectory: "\(catalog.path).state/\(kind.rawValue)-\(name)",
            random: random
        )
    }

    /// What the catalog has of a source, without making it.
    func inventory(of source: SourceConfig) -> any Inventory {
        CatalogInventory(catalog: catalog, source: source.name, plugin: source.plugin, clock: clock)
    }

    private static func unknownPlugin(_ id: String) -> Failure {
        Failure(
            .configuration,
            code: "plugin.unknown",
            "There is no plugin \(id).",
            remedy: "List them with wherry plugins list."
        )
    }
}
