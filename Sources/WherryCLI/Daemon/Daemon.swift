import ArgumentParser
import Logging
import UnixSignals
import WherryCatalog
import WherryCore
import WherryEngine

/// The command `wherry daemon`.
struct Daemon: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Run jobs by their schedules until stopped.",
        discussion: """
            Runs each job of the configuration that has a schedule when it is due, one at a time, and tries again what \
            failed. What came while it was not running it makes up for, once. With daemon: prove: in the configuration \
            it also proves that the newest copies restore. wherry status shows what is next.

            SIGTERM and SIGINT stop it cleanly; a run that is at work goes on when it is started again. SIGHUP reads \
            the configuration anew. It tells systemd (Type=notify) when it is ready and that it lives.

            Exit status: 0 stopped, 73 another daemon keeps the schedules of this catalog, 78 no job has a schedule.

            EXAMPLES
              wherry daemon
              wherry daemon --now
            """
    )

    @OptionGroup var global: GlobalOptions

    @Flag(help: "Run everything that has a schedule once at the start, too.")
    var now = false

    func run() async throws {
        try await Composition.with(global, logLevel: .info) { composition in
            guard !composition.config.schedule.isEmpty || composition.config.daemon.prove != nil else {
                throw Failure(
                    .configuration,
                    code: "config.no-schedule",
                    "No job of the configuration has a schedule.",
                    remedy: "Give one a schedule: such as 30 2 * * * or daily, or run jobs yourself: wherry run."
                )
            }
            let lock = try RunLock.daemon(catalog: composition.catalog.path)
            defer { withExtendedLifetime(lock) {} }
            let orders = DaemonOrders()
            let signals = await UnixSignalsSequence(trapping: .sigterm, .sigint, .sighup)
            let notifier = ServiceNotifier.current
            let metrics = MetricsKeeper(catalog: composition.catalog.path, logger: composition.logger)
            var keeper = try await ScheduleKeeper(
                options: global,
                composition: composition,
                orders: orders,
                notifier: notifier,
                metrics: metrics
            )
            if now { keeper.hurry() }
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { await Self.obey(signals, orders, notifier, composition.logger) }
                group.addTask { await metrics.keep() }
                group.addTask { await Self.live(notifier) }
                defer { group.cancelAll() }
                try await keeper.keep()
            }
        }
    }

    private static func obey(
        _ signals: UnixSignalsSequence,
        _ orders: DaemonOrders,
        _ notifier: ServiceNotifier,
        _ logger: Logger
    ) async {
        for await signal in signals {
            if signal == .sighup {
                orders.reload()
            } else {
                logger.info("stopping", metadata: ["signal": "\(signal)"])
                notifier.stopping()
                orders.stop()
            }
        }
    }

    /// Tells the watchdog, where there is one, twice as often as it asks.
    private static func live(_ notifier: ServiceNotifier) async {
        guard let watchdog = notifier.watchdog else { return }
        repeat { notifier.alive() } while (try? await Task.sleep(for: watchdog / 2)) != nil
    }
}
