import ArgumentParser
import DepotSource
import Logging
import SystemPackage
import WherryCatalog
import WherryCore
import WherryEngine
import WherryPluginKit
import WherryServer

/// The command `wherry demo`.
struct Demo: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "See the whole thing work on this machine, without any account.",
        discussion: """
            Starts the embedded provider on loopback with real RDB files, runs a job against it over signed HTTP, runs the
            script that it emits with wget, compares checksums and asks the catalog with SQL. Everything stays in a folder
            of its own, whose name is printed.

            EXAMPLE
              wherry demo --home /tmp/wherry-demo
            """
    )

    @Option(help: "The folder to work in; it must not exist yet. Else one in the system's folder for temporary files.")
    var home: String?

    @Flag(help: "Use the built-in snapshots even when there is a redis-server.")
    var builtinSnapshots = false

    func run() async throws {
        let home = try DemoHome(path: home)
        let story = DemoStory()
        story.say("Everything of this demo is in \(home.path)")
        story.chapter("A provider with four backups")
        let snapshots = try await DemoSnapshots.make(in: home, live: !builtinSnapshots)
        story.say(snapshots.origin)
        try home.writeConfigurations()
        let provider = try home.load("provider.yaml")
        try await Composition.with(config: provider, logger: Self.logger) { composition in
            try await fillDepot(composition, snapshots: snapshots)
            try await serving(composition, home: home) {
                try await collect(home, story: story)
            }
        }
        story.goodbye(home)
    }

    private static var logger: Logger {
        var logger = Logger(label: "wherry.demo") { StreamLogHandler.standardError(label: $0) }
        logger.logLevel = .error
        return logger
    }

    private func fillDepot(_ composition: Composition, snapshots: DemoSnapshots) async throws {
        let depot = try composition.depotStore()
        for file in snapshots.orders { _ = try await depot.add([file], to: "crs-orders01", name: "orders") }
        _ = try await depot.add(snapshots.sessions, to: "crs-sessions", name: "sessions")
    }

    /// Runs `body` while the provider listens.
    private func serving(
        _ composition: Composition,
        home: DemoHome,
        _ body: @escaping @Sendable () async throws -> Void
    ) async throws {
        guard let serve = composition.config.serve else { return }
        let listener = ServerListener(host: serve.host, port: serve.port)
        try await composition.server(serve).listening(on: listener, logger: Self.logger) { _ in
            try await body()
        }
    }

    private func collect(_ home: DemoHome, story: DemoStory) async throws {
        let config = try home.load("wherry.yaml")
        try await Composition.with(config: config, logger: Self.logger) { composition in
            story.command("wherry instances --refresh")
            for source in try await composition.sources() { _ = try await composition.discovery.instances(of: source) }
            try story.show("SELECT provider_id AS instance, name, topology, state FROM instance ORDER BY 1", home)

            story.chapter("A job: list, plan, ask for URLs, record them, deliver")
            story.command("wherry run")
            let report = try await runJob(composition)
            story.command("wherry run")
            _ = try await runJob(composition)
            guard report.state == .succeeded else {
                throw Failure(.internal, code: "demo.failed", "The demo's run did not succeed.")
            }
            let script = try await story.runScript(home)
            try await confirm(script.receipt, composition)
        }
        try story.compare(home)
        story.chapter("What the catalog knows")
        try story.ask(
            "SELECT issued_at, asked_by, instance, shard, expires_at, extranet_url FROM url_history LIMIT 6",
            home
        )
        try story.ask("SELECT instance, newest_copy_at, sinks, overdue FROM coverage", home)
    }

    private func runJob(_ composition: Composition) async throws -> RunReport {
        let printer = RunPrinter(json: false, quiet: false, showsProgress: Terminal.error.isInteractive)
        let runner = Runner(try await composition.runEnvironment(for: composition.config.jobs), observer: printer)
        let report = try await printer.showingProgress {
            try await runner.run(composition.config.jobs, askedBy: composition.person)
        }
        printer.finish(report)
        return report
    }

    private func confirm(_ receipt: String, _ composition: Composition) async throws {
        let text = try DemoHome.read(receipt)
        Terminal.output.line(
            try await Deliveries.Confirm.confirm(
                try ConfirmationFile(parsing: text),
                in: composition.catalog,
                at: composition.clock.now
            )
        )
    }
}
