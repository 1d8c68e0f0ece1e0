package import Logging
package import WherryCatalog
package import WherryCore
import WherryPluginKit
package import WherryTransfer

/// Carries out jobs: discover → record → plan → resolve → deliver → record → summarize.
package struct Runner: Sendable {
    /// What a run needs of the world.
    package struct Environment: Sendable {
        /// The catalog.
        package var catalog: Catalog
        /// The configured sources, by name.
        package var sources: [SourceName: ConfiguredSource]
        /// The configured sinks, by name.
        package var sinks: [SinkName: ConfiguredSink]
        /// The connections that downloads use.
        package var connections: HTTPConnections
        /// Holds all that is fetched below a limit; nil for no limit.
        package var bandwidth: BandwidthLimiter?
        /// Resolves backups.
        package var resolver: Resolver
        /// The time of day.
        package var clock: any WallClock
        /// Whose days, weeks and months count for what sinks keep.
        package var zone: ZoneOffset
        /// 64 random bits a call.
        package var random: @Sendable () -> UInt64
        /// For people who debug.
        package var logger: Logger

        /// An environment.
        package init(
            catalog: Catalog,
            sources: [SourceName: ConfiguredSource],
            sinks: [SinkName: ConfiguredSink],
            connections: HTTPConnections,
            bandwidth: BandwidthLimiter? = nil,
            resolver: Resolver,
            clock: any WallClock,
            zone: ZoneOffset = .local,
            random: @escaping @Sendable () -> UInt64,
            logger: Logger
        ) {
            self.catalog = catalog
            self.sources = sources
            self.sinks = sinks
            self.connections = connections
            self.bandwidth = bandwidth
            self.resolver = resolver
            self.clock = clock
            self.zone = zone
            self.random = random
            self.logger = logger
        }
    }

    let environment: Environment
    let observer: any RunObserver

    /// A runner.
    package init(_ environment: Environment, observer: any RunObserver) {
        self.environment = environment
        self.observer = observer
    }

    /// What a run of `job` would do now.
    ///
    /// Records what the source lists; starts no run and issues no URL.
    package func plan(_ job: Job) async throws -> Plan {
        let (instances, backups) = try await discovery.survey(job, from: try source(of: job))
        let deliveries = try await environment.catalog.deliveries(from: job.source, to: job.sinks)
        return Planner.plan(
            job,
            instances: instances,
            backups: backups,
            deliveries: deliveries,
            now: environment.clock.now
        )
    }

    /// Runs jobs one after the other, as one run.
    ///
    /// - Throws: ``Failure`` of class `conflict` when another run is at work; of class `configuration` when a job names
    ///   a source or sink that there is not. Everything else is in the report.
    package func run(_ jobs: [Job], askedBy: String) async throws -> RunReport {
        let lock = try RunLock(catalog: environment.catalog.path)
        defer { withExtendedLifetime(lock) {} }
        let sinks = try sinks(of: jobs)
        for job in jobs { _ = try source(of: job) }
        let recovered = try await environment.catalog.recoverInterrupted(at: environment.clock.now)
        if recovered > 0 { observer.observe(.recovered(runs: recovered)) }
        let recovering = try await environment.catalog.sinksWithLeftovers()
        let run = try await environment.catalog.beginRun(
            jobs: jobs.map(\.name),
            askedBy: askedBy,
            at: environment.clock.now
        )
        return await carryOut(jobs, sinks: sinks, run: run, recovering: recovering)
    }

    private func carryOut(_ jobs: [Job], sinks: [ConfiguredSink], run: RunID, recovering: Set<SinkName>) async
        -> RunReport
    {
        let started = ContinuousClock.now
        let startedAt = environment.clock.now
        let ledger = RunLedger()
        var plans: [Plan] = []
        var interruption: Failure?
        do {
            try await withThrowingTaskGroup(of: Void.self) { group in
                for sink in sinks {
                    let isRecovering = recovering.contains(sink.name)
                    group.addTask { try await prepare(sink, run: run, recovering: isRecovering, ledger: ledger) }
                }
                try await group.waitForAll()
            }
            for job in jobs {
                if let plan = try await carryOut(job, run: run, ledger: ledger) { plans.append(plan) }
            }
        } catch {
            interruption = Failure.wrap(error, during: "running \(jobs.map(\.name.rawValue).joined(separator: ", "))")
        }
        if let interruption, interruption.failureClass != .cancelled {
            ledger.abandoned(interruption)
            observer.observe(.abandoned("run \(run)", interruption))
        }
        let isCancelled = interruption?.failureClass == .cancelled
        await withTaskGroup(of: Void.self) { group in
            for sink in sinks where !ledger.snapshot.unprepared.contains(sink.name) {
                group.addTask {
                    await finish(sink, run: run, startedAt: startedAt, ledger: ledger, cancelled: isCancelled)
                }
            }
        }
        if interruption == nil { await prune(sinks, ledger: ledger) }
        return await close(run, plans: plans, ledger: ledger, interruption: interruption, started: started)
    }

    /// Lets a sink prepare itself; one that cannot is left out, the others get theirs.
    ///
    /// What was planned for it is not touched in the catalog: the next run finds it as it is.
    private func prepare(_ sink: ConfiguredSink, run: RunID, recovering: Bool, ledger: RunLedger) async throws {
        do {
            try await sink.sink.prepare(run: run, recovering: recovering)
        } catch {
            let failure = Failure.wrap(error, during: "preparing the sink \(sink.name)")
            if failure.failureClass == .cancelled { throw failure }
            ledger.unprepared(sink.name, failure)
            observer.observe(.abandoned("sink \(sink.name)", failure))
        }
    }

    private func close(
        _ run: RunID,
        plans: [Plan],
        ledger: RunLedger,
        interruption: Failure?,
        started: ContinuousClock.Instant
    ) async -> RunReport {
        let outcome = ledger.snapshot
        let done = outcome.totals.delivered + outcome.totals.emitted
        let state: RunState =
            if interruption?.failureClass == .cancelled {
                .cancelled
            } else if outcome.failed.isEmpty, outcome.abandoned.isEmpty {
                .succeeded
            } else {
                done > 0 ? .partial : .failed
            }
        let failure = interruption ?? outcome.abandoned.first ?? outcome.failed.first?.failure
        var report = RunReport(
            run: run,
            state: state,
            totals: outcome.totals,
            plans: plans,
            failed: outcome.failed,
            abandoned: outcome.abandoned,
            removed: outcome.removed,
            duration: ContinuousClock.now - started
        )
        do {
            report.totals.urlsIssued = try await environment.catalog.endRun(
                run,
                state: state,
                totals: outcome.totals,
                failure: failure,
                duration: report.duration,
                at: environment.clock.now
            )
        } catch {
            report.abandoned.append(Failure.wrap(error, during: "ending run \(run)"))
            if report.state == .succeeded { report.state = .partial }
        }
        return report
    }

    private func carryOut(_ job: Job, run: RunID, ledger: RunLedger) async throws -> Plan? {
        let plan: Plan
        do {
            plan = try await Caller.$current.withValue("job:\(job.name)") { try await self.plan(job) }
        } catch {
            let failure = Failure.wrap(error, during: "asking the source \(job.source) what it has")
            if failure.failureClass == .cancelled { throw failure }
            ledger.abandoned(failure)
            ledger.unserved(job.sinks)
            observer.observe(.abandoned("job \(job.name)", failure))
            return nil
        }
        ledger.planned(plan.deliveries)
        observer.observe(.planned(plan))
        let source = try source(of: job)
        let lanes = SinkLanes(width: job.concurrency)
        let delivery = Delivery(
            environment: environment,
            observer: observer,
            ledger: ledger,
            job: job,
            source: source,
            run: run,
            lanes: lanes,
            stragglers: Stragglers()
        )
        try await Caller.$current.withValue("job:\(job.name)") {
            try await withThrowingDiscardingTaskGroup { group in
                for item in plan.items {
                    let tickets = try await lanes.admit(item.sinks)
                    group.addTask { try await delivery.carryOut(item, tickets) }
                }
            }
        }
        return plan
    }

    /// Lets a sink publish what it gathered.
    ///
    /// What was gathered before a cancellation is published too: its URLs are issued, and a script that holds half of
    /// them is worth more than none.
    private func finish(
        _ sink: ConfiguredSink,
        run: RunID,
        startedAt: Timestamp,
        ledger: RunLedger,
        cancelled: Bool
    ) async {
        let outcome = ledger.snapshot
        let counts = outcome.bySink[sink.name] ?? (0, 0)
        let emitted = outcome.emitted[sink.name] ?? []
        let summary = RunSummary(run: run, startedAt: startedAt, delivered: counts.delivered, failed: counts.failed)
        do {
            try await sink.sink.finish(summary)
            for one in emitted {
                try await environment.catalog.endDelivery(one.delivery, with: one.receipt, at: environment.clock.now)
                observer.observe(.delivered(one.key, sink.name, one.receipt))
            }
            ledger.published(emitted.count)
        } catch {
            var failure = Failure.wrap(error, during: "finishing the sink \(sink.name)")
            if cancelled { failure.failureClass = .cancelled }
            ledger.unserved([sink.name])
            for one in emitted {
                // The catalog itself may be what fails; then the rows stay running and the next run recovers them.
                try? await environment.catalog.endDelivery(one.delivery, with: failure, at: environment.clock.now)
                ledger.failed(one.key, sink.name, failure)
                observer.observe(.failed(one.key, sink.name, failure))
            }
            if emitted.isEmpty {
                ledger.abandoned(failure)
                observer.observe(.abandoned("sink \(sink.name)", failure))
            }
        }
    }

    /// Removes what sinks do not keep, but for those that did not get all that they were to get.
    private func prune(_ sinks: [ConfiguredSink], ledger: RunLedger) async {
        let pruner = CopyPruner(catalog: environment.catalog, clock: environment.clock, zone: environment.zone)
        for sink in sinks {
            let outcome = ledger.snapshot
            guard let policy = sink.keep, !outcome.unprepared.contains(sink.name),
                !outcome.unserved.contains(sink.name), outcome.bySink[sink.name]?.failed ?? 0 == 0
            else { continue }
            do {
                let groups = try await pruner.decide(sink.name, by: policy)
                let pruned = try await pruner.prune(groups, from: sink.sink, named: sink.name) { copy in
                    ledger.removed()
                    observer.observe(.removed(copy.key, sink.name))
                }
                for failure in pruned.failures {
                    ledger.abandoned(failure)
                    observer.observe(.abandoned("old copies in \(sink.name)", failure))
                }
            } catch {
                let failure = Failure.wrap(error, during: "removing old copies from \(sink.name)")
                if failure.failureClass == .cancelled { return }
                ledger.abandoned(failure)
                observer.observe(.abandoned("old copies in \(sink.name)", failure))
            }
        }
    }

    private var discovery: Discovery {
        Discovery(catalog: environment.catalog, clock: environment.clock, random: environment.random)
    }

    private func source(of job: Job) throws -> ConfiguredSource {
        if let source = environment.sources[job.source] { return source }
        throw Failure(
            .configuration,
            code: "job.no-source",
            "The job \(job.name) names the source \(job.source), which there is not.",
            remedy: "Add it under sources:, or name another one."
        )
    }

    private func sinks(of jobs: [Job]) throws -> [ConfiguredSink] {
        var seen: Set<SinkName> = []
        return try jobs.flatMap { job in job.sinks.map { (job.name, $0) } }
            .filter { seen.insert($0.1).inserted }
            .map { job, name in
                if let sink = environment.sinks[name] { return sink }
                throw Failure(
                    .configuration,
                    code: "job.no-sink",
                    "The job \(job) names the sink \(name), which there is not.",
                    remedy: "Add it under sinks:, or name another one."
                )
            }
    }
}
