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
    /// When it was last said of a job that it waits for another run.
    private var saidBusy: [JobName: ContinuousClock.Instant] = [:]

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
        logger.info("keeping schedules", metadata: ["jobs": "\(names)"])
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
        logger.info("stopped")
    }

    private mutating func run(_ name: JobName, slot: Timestamp, attempt: Int) async -> (Scheduler.Outcome, RunID?) {
        var logger = logger
        logger[metadataKey: "job"] = "\(name)"
        let composition = composition
        do {
            if name == ScheduledProofs.name {
                let proofs = ScheduledProofs(composition: composition, logger: logger)
                return (try await orders.stoppable { try await proofs.run() } ? .succeeded : .failed, nil)
            }
            let jobs = try composition.jobs(named: [name.rawValue])
            let observer = RunLog(logger, start: ["due": "\(slot)", "attempt": "\(attempt)"])
            let report = try await orders.stoppable {
                let runner = Runner(try await composition.runEnvironment(for: jobs), observer: observer)
                return try await runner.run(jobs, askedBy: BackupTasks.scheduler)
            }
            saidBusy[name] = nil
            observer.finish(report)
            switch report.state {
            case .succeeded: return (.succeeded, report.run)
            // What was not asked to stop and stopped all the same did not do its work.
            case .cancelled: return (orders.isStopping ? .cancelled : .failed, report.run)
            case .partial, .failed, .interrupted: return (.failed, report.run)
            }
        } catch {
            let failure = Failure.wrap(error, during: "running the job \(name)")
            if failure.failureClass == .cancelled, orders.isStopping { return (.cancelled, nil) }
            if failure.code == RunLock.busyCode {
                let now = ContinuousClock.now
                if saidBusy[name].map({ now - $0 > .seconds(3_600) }) ?? true {
                    logger.notice("job waits: another run is at work", metadata: ["due": "\(slot)"])
                    saidBusy[name] = now
                }
                return (.busy, nil)
            }
            logger.error("job cannot run", metadata: failure.words)
            return (.failed, nil)
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
            // Jobs that get a schedule back go on where they were.
            let known = Set(scheduler.rows.map(\.job))
            let old = (try? await composition.catalog.jobSchedules()) ?? []
            composition = composition.with(config)
            let rows = scheduler.rows + old.filter { !known.contains($0.job) }
            scheduler = Self.scheduler(composition, rows: rows, wasKept: true)
            await writeDown(only: true)
            metrics.write(to: config.daemon.metricsFile)
            logger.info("the configuration was read anew", metadata: ["jobs": "\(names)"])
        } catch {
            let failure =
                (error as? ConfigError)?.failure ?? Failure.wrap(error, during: "reading the configuration anew")
            logger.error("the old configuration stays", metadata: failure.words)
        }
    }

    /// Writes down what changed.
    private mutating func writeDown(only: Bool = false) async {
        let rows = scheduler.rows
        guard rows != kept || only else { return }
        do {
            try await composition.catalog.keep(rows, only: only)
            kept = rows
        } catch {
            // Without it a job may run once more after a restart; not running it would be worse.
            let failure = Failure.wrap(error, during: "writing down schedules")
            logger.error("schedules could not be written down", metadata: failure.words)
        }
    }

    private static func scheduler(
        _ composition: Composition,
        rows: [JobScheduleRow],
        wasKept: Bool = false
    ) -> Scheduler {
        Scheduler(
            composition.config.schedule + (composition.config.daemon.prove.map { [ScheduledProofs.job($0)] } ?? []),
            rows: rows,
            seed: ScheduledJob.hash(Environment.hostName + composition.config.catalog),
            zone: composition.config.daemon.zone,
            now: composition.clock.now,
            wasKept: wasKept
        )
    }

    /// What is scheduled, for the log.
    private var names: String { scheduler.rows.map(\.job.rawValue).joined(separator: " ") }

    /// For `systemctl status`.
    private var status: String {
        let nexts = scheduler.rows.filter { $0.state != .running }.compactMap { row in
            row.next.map { (time: $0, job: row.job) }
        }
        guard let next = nexts.min(by: { $0.time < $1.time }) else { return "nothing is scheduled" }
        return "next is \(next.job) at \(next.time)"
    }
}
