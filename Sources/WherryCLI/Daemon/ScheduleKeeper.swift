import Logging
import WherryCatalog
import WherryCore
import WherryEngine

/// Does what a ``Scheduler`` decides: runs jobs, sleeps, and writes down how far the schedules were kept.
struct ScheduleKeeper {
    /// The longest sleep: after it the time of day is looked at, which somebody may have set.
    private static let longestSleep = Duration.seconds(30)

    private let options: GlobalOptions
    private var composition: Composition
    private let orders: DaemonOrders
    private let notifier: ServiceNotifier
    private let metrics: MetricsKeeper
    private var scheduler: Scheduler
    private var kept: [JobScheduleRow]?

    private var logger: Logger { composition.logger }

    init(
        options: GlobalOptions,
        composition: Composition,
        orders: DaemonOrders,
        notifier: ServiceNotifier,
        metrics: MetricsKeeper
    ) async throws {
        self.options = options
        self.composition = composition
        self.orders = orders
        self.notifier = notifier
        self.metrics = metrics
        scheduler = Self.scheduler(composition, rows: try await composition.catalog.jobSchedules())
        metrics.write(to: composition.config.daemon.metricsFile)
    }

    /// Has every job run once now.
    mutating func hurry() { scheduler.hurry(at: composition.clock.now) }

    /// Keeps the schedules until it is told to stop.
    mutating func keep() async throws {
        // What cannot be written at the start will not be written later; after that, a full disk ends nothing.
        try await composition.catalog.keep(scheduler.rows, only: true)
        kept = scheduler.rows
        let jobs = composition.config.schedule
        logger.info("keeping schedules", metadata: ["jobs": "\(jobs.map(\.name.rawValue).joined(separator: " "))"])
        notifier.ready(status)
        while !orders.isStopping {
            if orders.takeReload() { await reload() }
            let step = scheduler.next(at: composition.clock.now)
            await writeDown()
            switch step {
            case .wait(let until):
                notifier.status(status)
                let time = until.map { $0 - composition.clock.now } ?? Self.longestSleep
                await orders.bell.sleep(for: min(max(time, .milliseconds(10)), Self.longestSleep))
            case .run(let job, let slot, let attempt):
                notifier.status("running \(job)")
                let (outcome, run) = await run(job, slot: slot, attempt: attempt)
                scheduler.ended(job, outcome, run: run, at: composition.clock.now)
                await writeDown()
                metrics.refresh()
            }
        }
        notifier.stopping()
        logger.info("stopped")
    }

    private func run(_ name: JobName, slot: Timestamp, attempt: Int) async -> (Scheduler.Outcome, RunID?) {
        var logger = logger
        logger[metadataKey: "job"] = "\(name)"
        let composition = composition
        do {
            let jobs = try composition.jobs(named: [name.rawValue])
            logger.info("job starts", metadata: ["due": "\(slot)", "attempt": "\(attempt)"])
            let observer = RunLog(logger)
            let report = try await orders.stoppable {
                let runner = Runner(try await composition.runEnvironment(for: jobs), observer: observer)
                return try await runner.run(jobs, askedBy: BackupTasks.scheduler)
            }
            observer.finish(report)
            switch report.state {
            case .succeeded: return (.succeeded, report.run)
            case .cancelled: return (.cancelled, report.run)
            case .partial, .failed, .interrupted: return (.failed, report.run)
            }
        } catch {
            let failure = Failure.wrap(error, during: "running the job \(name)")
            switch failure.failureClass {
            case .cancelled: return (.cancelled, nil)
            case .conflict:
                logger.debug("another run is at work", metadata: ["error.code": "\(failure.code)"])
                return (.busy, nil)
            default:
                logger.error("job cannot run", metadata: failure.words)
                return (.failed, nil)
            }
        }
    }

    /// Reads the configuration anew; one that is wrong changes nothing.
    private mutating func reload() async {
        notifier.reloading()
        defer { notifier.ready(status) }
        do {
            let config = try options.loadConfig(resolvingSecrets: true)
            guard config.catalog == composition.config.catalog else {
                throw Failure(
                    .configuration,
                    code: "daemon.other-catalog",
                    "The configuration names another catalog, which takes a restart.",
                    remedy: "Restart the daemon, or name the old catalog."
                )
            }
            composition = composition.with(config)
            scheduler = Self.scheduler(composition, rows: scheduler.rows)
            try await composition.catalog.keep(scheduler.rows, only: true)
            kept = scheduler.rows
            metrics.write(to: config.daemon.metricsFile)
            let jobs = config.schedule.map(\.name.rawValue).joined(separator: " ")
            logger.info("the configuration was read anew", metadata: ["jobs": "\(jobs)"])
        } catch {
            let failure =
                (error as? ConfigError)?.failure ?? Failure.wrap(error, during: "reading the configuration anew")
            logger.error("the old configuration stays", metadata: failure.words)
        }
    }

    /// Writes down what changed.
    private mutating func writeDown() async {
        let rows = scheduler.rows
        guard rows != kept else { return }
        do {
            try await composition.catalog.keep(rows)
            kept = rows
        } catch {
            // Without it a job may run once more after a restart; not running it would be worse.
            let failure = Failure.wrap(error, during: "writing down schedules")
            logger.error("schedules could not be written down", metadata: failure.words)
        }
    }

    private static func scheduler(_ composition: Composition, rows: [JobScheduleRow]) -> Scheduler {
        Scheduler(
            composition.config.schedule,
            rows: rows,
            seed: ScheduledJob.hash(Environment.hostName + composition.config.catalog),
            zone: composition.config.daemon.zone,
            now: composition.clock.now
        )
    }

    /// For `systemctl status`.
    private var status: String {
        let nexts = scheduler.rows.compactMap { row in row.next.map { (time: $0, job: row.job) } }
        guard let next = nexts.min(by: { $0.time < $1.time }) else { return "nothing is scheduled" }
        return "next is \(next.job) at \(next.time)"
    }
}
