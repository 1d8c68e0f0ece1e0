import CRSSource
import Foundation
import LocalDiskSink
import Logging
import ScriptSink
import Synchronization
package import WherryCatalog
package import WherryCore
package import WherryEngine
package import WherryPluginKit
package import WherryTransfer

/// The operator's half in this process: a catalog, a `crs` source pointed at a provider, sinks in a folder.
package struct Collector: Sendable {
    /// Its catalog.
    package let catalog: Catalog
    /// Its source, named `cloud`.
    package var source: ConfiguredSource
    /// Its sinks: `disk` and `script`.
    package var sinks: [SinkName: ConfiguredSink]
    /// Its connections.
    package let connections: HTTPConnections
    /// The limit of its runs.
    package var bandwidth: BandwidthLimiter?
    /// Its time of day.
    package let clock: TestClock

    /// Opens one in a folder of `scratch`, runs `body`, and closes it.
    package static func with<Value: Sendable>(
        in scratch: Scratch,
        provider: Provider,
        requestsPerSecond: Double = 500,
        networks: NetworkChoice = NetworkChoice(preferred: .extranet, fallback: .never),
        options: OptionValues? = nil,
        _ body: (Collector) async throws -> Value
    ) async throws -> Value {
        let clock = provider.clock
        let catalog = try Catalog(path: scratch.file("catalog.db"), now: clock.now)
        return try await HTTPConnections.with { connections in
            func context(_ name: String, _ transport: any HTTPTransport) -> PluginContext {
                let source = SourceName(rawValue: name)
                return PluginContext(
                    name: name,
                    logger: Logger(label: name) { _ in SwiftLogNoOpLogHandler() },
                    clock: clock,
                    http: transport,
                    observer: CatalogAPIObserver(catalog: catalog, source: source),
                    inventory: CatalogInventory(catalog: catalog, source: source, plugin: "crs", clock: clock),
                    notes: CatalogNotes(catalog: catalog, kind: .source, name: name, clock: clock),
                    stateDirectory: scratch.file("state/\(name)"),
                    random: { .random(in: .min ... .max) }
                )
            }
            let plain = HTTPClientTransport(connections)
            let paced = PacedTransport(plain, budget: RequestBudget(requestsPerSecond: requestsPerSecond))
            let source = try await CRSSourcePlugin.makeSource(
                options ?? provider.crsOptions(),
                context: context("cloud", paced)
            )
            let disk = try await LocalDiskSinkPlugin.makeSink(
                OptionValues(["root": .text(scratch.file("backups"))]),
                context: context("disk", plain)
            )
            let script = try await ScriptSinkPlugin.makeSink(
                OptionValues([
                    "folder": .text(scratch.file("scripts")), "target": .text("."),
                    "path": .text(LocalDiskSinkPlugin.defaultPath),
                ]),
                context: context("script", plain)
            )
            return try await body(
                Collector(
                    catalog: catalog,
                    source: ConfiguredSource(name: "cloud", plugin: "crs", source: source, networks: networks),
                    sinks: [
                        "disk": ConfiguredSink(name: "disk", plugin: "local-disk", sink: disk),
                        "script": ConfiguredSink(name: "script", plugin: "script", sink: script),
                    ],
                    connections: connections,
                    clock: clock
                )
            )
        }
    }

    /// A job from `cloud` to these sinks.
    package func job(to sinks: [SinkName] = ["disk"], concurrency: Int = 4) -> Job {
        Job(name: "nightly", source: "cloud", sinks: sinks, concurrency: concurrency)
    }

    /// Resolves backups.
    package var resolver: Resolver {
        Resolver(catalog: catalog, clock: clock, random: { .random(in: .min ... .max) })
    }

    /// A runner that tells `observer`.
    package func runner(_ observer: any RunObserver = EventLog()) -> Runner {
        Runner(
            Runner.Environment(
                catalog: catalog,
                sources: [source.name: source],
                sinks: sinks,
                connections: connections,
                bandwidth: bandwidth,
                resolver: resolver,
                clock: clock,
                random: { .random(in: .min ... .max) },
                logger: Logger(label: "run") { _ in SwiftLogNoOpLogHandler() }
            ),
            observer: observer
        )
    }
}

/// Keeps the events of a run.
package final class EventLog: RunObserver {
    private let events = Mutex<[RunEvent]>([])

    /// An empty one.
    package init() {}

    /// Adds an event.
    package func observe(_ event: RunEvent) { events.withLock { $0.append(event) } }

    /// All of them so far.
    package var all: [RunEvent] { events.withLock { $0 } }
}
