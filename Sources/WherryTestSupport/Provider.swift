package import DepotSource
import Foundation
import Logging
import Synchronization
import TestProcesses
package import WherryCatalog
import WherryCore
package import WherryEngine
package import WherryPluginKit
package import WherryServer
import WherryTransfer

/// The embedded provider in this process: a depot behind the real server on a port of loopback.
package struct Provider: Sendable {
    /// Its settings.
    package struct Settings: Sendable {
        /// How long its URLs work.
        package var urlLife: Duration = .seconds(3_600)
        /// What happens to a download before it is served: throw to refuse it.
        package var beforeDownload: @Sendable (String) async throws -> Void = { _ in }
        /// Who has backups made in it when it is asked to; nil for nobody.
        package var requests: @Sendable (DepotStore) -> (any BackupRequesting)? = { _ in nil }
        /// Where it says that it can be reached from its own network; nil for where it really is.
        package var intranetURL: String?
        /// Whether API calls may come over plain http.
        package var allowsPlainHTTP = true
        /// Further SecretIds, with ``secretKey`` and narrower rights.
        package var rights: [String: CallerRights] = [:]
        /// How many calls a second it answers.
        package var limits: CallLimits = .unlimited

        /// The usual ones.
        package init() {}
    }

    /// The SecretId that it knows.
    package static let secretID = "AKIDtest"
    /// Its SecretKey: marked, so that a leak can be found.
    package static let secretKey = "LEAKMARKsecretkey"

    /// Where it listens.
    package let port: Int
    /// Its catalog.
    package let catalog: Catalog
    /// Its depot.
    package let depot: DepotStore
    /// The requests that it answered, in order.
    package let requests: RequestLog
    /// Its time of day.
    package let clock: TestClock
    /// The backups that it is asked for.
    package let tasks: BackupTasks

    /// Its address.
    package var endpoint: String { "http://127.0.0.1:\(port)" }

    /// The options of a `crs` source that points at it.
    package func crsOptions(urlLife: Duration = .seconds(3_600)) -> OptionValues {
        OptionValues([
            "endpoint": .text(endpoint), "region": .text("ap-guangzhou"), "secret_id": .secret(Secret(Self.secretID)),
            "secret_key": .secret(Secret(Self.secretKey)), "url_life": .duration(urlLife), "time_zone": .text("+08:00"),
            "signature": .text("HmacSHA256"), "method": .text("POST"),
        ])
    }

    /// Starts it in a folder of `scratch`, runs `body`, and stops it.
    package static func with<Value: Sendable>(
        in scratch: Scratch,
        settings: Settings = Settings(),
        _ body: @escaping @Sendable (Provider) async throws -> Value
    ) async throws -> Value {
        // Between finding a free port and listening on it, somebody else may take it.
        for _ in 0..<4 {
            do {
                return try await with(in: scratch, settings: settings, port: try FreePort.next(), body)
            } catch let failure as Failure where failure.code == "serve.cannot-listen" {}
        }
        return try await with(in: scratch, settings: settings, port: try FreePort.next(), body)
    }

    private static func with<Value: Sendable>(
        in scratch: Scratch,
        settings: Settings,
        port: Int,
        _ body: @escaping @Sendable (Provider) async throws -> Value
    ) async throws -> Value {
        let clock = TestClock()
        let random: @Sendable () -> UInt64 = { .random(in: .min ... .max) }
        try FileManager.default.createDirectory(atPath: scratch.file("provider"), withIntermediateDirectories: true)
        let catalog = try Catalog(path: scratch.file("provider/catalog.db"), now: clock.now)
        let inventory = CatalogInventory(catalog: catalog, source: "depot", plugin: "depot", clock: clock)
        let logger = Logger(label: "provider") { _ in SwiftLogNoOpLogHandler() }
        let context = PluginContext(
            name: "depot",
            logger: logger,
            clock: clock,
            http: NoTransport(),
            observer: CatalogAPIObserver(catalog: catalog, source: "depot"),
            inventory: inventory,
            notes: MemoryNotes(),
            stateDirectory: scratch.file("provider/state"),
            random: random
        )
        let source = try await DepotSourcePlugin.makeSource(
            OptionValues([
                "folder": .text(scratch.file("provider/depot")), "url_life": .duration(settings.urlLife),
                "intranet_url": .text(settings.intranetURL ?? "http://127.0.0.1:\(port)"),
                "extranet_url": .text("http://localhost:\(port)"),
            ]),
            context: context
        )
        try await catalog.register(source: "depot", plugin: "depot", at: clock.now)
        let store = DepotStore(
            folder: scratch.file("provider/depot"),
            inventory: inventory,
            clock: clock,
            random: random
        )
        let hooked = HookedSource(
            base: source,
            requests: settings.requests(store),
            beforeDownload: settings.beforeDownload
        )
        let log = RequestLog()
        let backend = ServiceBackend(
            catalog: catalog,
            source: ConfiguredSource(
                name: "depot",
                plugin: "depot",
                source: hooked,
                networks: NetworkChoice(preferred: .extranet, fallback: .never)
            ),
            resolver: Resolver(catalog: catalog, clock: clock, random: random),
            clock: clock,
            random: random
        )
        let server = WherryServer(
            backend: backend,
            keys: APIKeys(
                settings.rights.merging([secretID: .all]) { $1 }
                    .mapValues { APIKeys.Key(secret: Secret(secretKey), rights: $0) }
            ),
            allowsPlainHTTP: settings.allowsPlainHTTP,
            limits: settings.limits,
            random: random
        ) { log.add($0) }
        let provider = Provider(
            port: port,
            catalog: catalog,
            depot: store,
            requests: log,
            clock: clock,
            tasks: backend.tasks
        )
        return try await server.listening(on: ServerListener(host: "127.0.0.1", port: port), logger: logger) { _ in
            try await body(provider)
        }
    }
}

/// The requests that a provider answered.
package final class RequestLog: Sendable {
    private let records = Mutex<[AccessRecord]>([])

    func add(_ record: AccessRecord) { records.withLock { $0.append(record) } }

    /// All of them so far.
    package var all: [AccessRecord] { records.withLock { $0 } }

    /// Calls to the API.
    package var apiCalls: [AccessRecord] { all.filter { $0.path.hasPrefix("/v2/") } }

    /// Downloads.
    package var downloads: [AccessRecord] { all.filter { $0.path.hasPrefix(HostingPath.mount) } }
}

/// A source whose downloads can be made to fail.
private struct HookedSource: Source, FileHosting {
    let base: any Source
    let requests: (any BackupRequesting)?
    let beforeDownload: @Sendable (String) async throws -> Void

    var hosting: (any FileHosting)? { self }

    func check() async throws -> [Finding] { try await base.check() }

    func instances() -> AsyncThrowingStream<Instance, any Error> { base.instances() }

    func backups(of instance: Instance.ID, since: Timestamp?) -> AsyncThrowingStream<Backup, any Error> {
        base.backups(of: instance, since: since)
    }

    func issueURLs(for backup: Backup.ID, of instance: Instance.ID) async throws -> [IssuedFile] {
        try await base.issueURLs(for: backup, of: instance)
    }

    func issueURLs(
        for backup: Backup.ID,
        of instance: Instance.ID,
        clients: ClientRule
    ) async throws -> [IssuedFile] {
        try await base.issueURLs(for: backup, of: instance, clients: clients)
    }

    func open(path: String, query: String, network: Network?, client: IPAddress?) async throws -> HostedFile {
        try await beforeDownload(path)
        guard let hosting = base.hosting else { throw Failure(.unsupported, code: "test.no-hosting", "No hosting.") }
        return try await hosting.open(path: path, query: query, network: network, client: client)
    }
}
