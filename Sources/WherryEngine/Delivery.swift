import WherryCatalog
import WherryCore
import WherryPluginKit
import WherryTransfer

/// Brings one backup to its sinks: resolve, deliver, record.
struct Delivery: Sendable {
    let environment: Runner.Environment
    let observer: any RunObserver
    let ledger: RunLedger
    let job: Job
    let source: ConfiguredSource
    let run: RunID
    let lanes: SinkLanes
    let stragglers: Stragglers

    /// One planned item, to each of its sinks when its turn comes; what several of them store is fetched once.
    ///
    /// Failures end in the ledger; only cancellation is thrown.
    ///
    /// - Parameter tickets: one for each sink; given back here.
    func carryOut(_ item: Plan.Item, _ tickets: [SinkLanes.Ticket]) async throws {
        let unprepared = ledger.snapshot.unprepared
        let sinks = tickets.compactMap { ticket in environment.sinks[ticket.sink].map { (ticket, $0) } }
        let sharing = sinks.map(\.1).filter { $0.storesBytes && !unprepared.contains($0.name) }.map(\.name)
        guard sharing.count > 1 else {
            return try await each(sinks) { sink in
                try await carryOut(item, to: sink, using: fetcher(for: [sink.name], limits: sink.bandwidth))
            }
        }
        try await FanOut.with(sinks: sharing, stragglers: stragglers, fetcher: { fetcher(for: $0) }) { fanOut in
            try await each(sinks) { sink in
                let own = fetcher(for: [sink.name], limits: sink.bandwidth)
                guard sharing.contains(sink.name) else { return try await carryOut(item, to: sink, using: own) }
                defer { fanOut.leave(sink.name) }
                let gate = sink.bandwidth.map { BandwidthGate([$0]) }
                try await carryOut(item, to: sink, using: fanOut.transfer(for: sink.name, gate: gate, own: own))
            }
        }
    }

    /// Each when its turn comes; only cancellation is thrown.
    private func each(
        _ sinks: [(ticket: SinkLanes.Ticket, sink: ConfiguredSink)],
        _ body: @escaping @Sendable (ConfiguredSink) async throws -> Void
    ) async throws {
        try await withThrowingDiscardingTaskGroup { group in
            for (ticket, sink) in sinks {
                group.addTask { [lanes] in
                    do {
                        try await lanes.turn(ticket)
                        try await body(sink)
                    } catch {
                        await lanes.done(ticket)
                        throw error
                    }
                    await lanes.done(ticket)
                }
            }
        }
    }

    private func carryOut(_ item: Plan.Item, to sink: ConfiguredSink, using transfer: any Transfer) async throws {
        let name = sink.name
        let key = item.backup.key
        try Task.checkCancellation()
        guard !ledger.snapshot.unprepared.contains(name) else { return ledger.skipped(name) }
        let delivery = try await environment.catalog.beginDelivery(
            of: key,
            from: source.name,
            to: name,
            job: job.name,
            run: run,
            at: environment.clock.now
        )
        observer.observe(.started(key, name))
        do {
            let receipt = try await receipt(for: item, from: sink, using: transfer, delivery: delivery)
            if receipt.outcome == .emitted {
                ledger.emitted(RunLedger.Emitted(key: key, delivery: delivery, receipt: receipt), to: name)
            } else {
                try await environment.catalog.endDelivery(delivery, with: receipt, at: environment.clock.now)
                ledger.delivered(receipt, to: name)
                observer.observe(.delivered(key, name, receipt))
            }
        } catch {
            let failure = Failure.wrap(error, during: "delivering \(key) to \(name)")
            try await environment.catalog.endDelivery(delivery, with: failure, at: environment.clock.now)
            if failure.failureClass == .cancelled, Task.isCancelled { throw CancellationError() }
            ledger.failed(key, name, failure)
            observer.observe(.failed(key, name, failure))
        }
    }

    private func receipt(
        for item: Plan.Item,
        from sink: ConfiguredSink,
        using transfer: any Transfer,
        delivery: Int64
    ) async throws -> Receipt {
        var backoff = Backoff(limit: 3)
        while true {
            let backup = try await resolve(item)
            do {
                guard let pipeline = sink.pipeline else { return try await sink.sink.deliver(backup, using: transfer) }
                let disk = fetcher(for: [sink.name])
                let changed = PipelinedTransfer(backup, through: pipeline, over: transfer, disk: disk)
                return changed.completed(try await sink.sink.deliver(changed.backup, using: changed))
            } catch let failure as Failure {
                // Transfers and questions to the provider are tried again where they are made; only the sink's own
                // trouble is left for here.
                guard !failure.isOfSource, let wait = backoff.next(after: failure, random: environment.random()) else {
                    throw failure
                }
                try await Task.sleep(for: wait)
                try await environment.catalog.retryDelivery(delivery)
            }
        }
    }

    private func resolve(_ item: Plan.Item) async throws -> ResolvedBackup {
        if let failure = ledger.snapshot.stopped[source.name] { throw failure }
        let key = item.backup.key
        let files: [RecordedFile]
        do {
            files = try await environment.resolver.resolve(key, from: source, run: run)
        } catch let failure as Failure {
            // A refused key stays refused: asking for every other backup would only lock the account.
            if [.authentication, .configuration].contains(failure.failureClass) { ledger.stop(source.name, failure) }
            throw failure
        }
        let leased = LeasedBackup(
            key,
            from: source,
            run: run,
            files: files,
            resolver: environment.resolver,
            clock: environment.clock
        )
        return ResolvedBackup(
            source: source.name,
            instance: item.instance,
            backup: item.backup,
            files: files.map { file in
                ResolvedFile(
                    file: file.issued.file,
                    lease: CatalogLease(backup: leased, position: file.issued.file.position),
                    label: files.count == 1 ? key.description : "\(key)#\(file.issued.file.position)"
                )
            }
        )
    }

    /// What downloads for these sinks.
    ///
    /// - Parameter limits: those that are the sinks' own; nil for none.
    private func fetcher(for sinks: [SinkName], limits: BandwidthLimiter? = nil) -> FileFetcher {
        var settings = TransferSettings()
        if let connections = job.connections {
            settings.connections = connections
            settings.isAdaptive = false
        }
        let limits = [limits, source.bandwidth, environment.bandwidth].compactMap { $0 }
        let names = SinkName(rawValue: sinks.map(\.rawValue).joined(separator: " "))
        return FileFetcher(
            connections: environment.connections,
            clock: environment.clock,
            observer: TransferRecorder(catalog: environment.catalog, run: run, sink: names, observer: observer),
            settings: settings,
            disk: Disk(of: names.rawValue),
            gate: limits.isEmpty ? nil : BandwidthGate(limits),
            random: environment.random
        )
    }
}

/// Keeps every try to fetch a file in the catalog and passes progress on.
private struct TransferRecorder: TransferObserver {
    let catalog: Catalog
    let run: RunID
    let sink: SinkName
    let observer: any RunObserver

    func received(_ bytes: Int64, of label: String, total: Int64?) {
        observer.observe(.received(label: label, bytes: bytes, total: total))
    }

    func adopted(_ bytes: Int64, of label: String, total: Int64?) {
        observer.observe(.adopted(label: label, bytes: bytes, total: total))
    }

    func attempted(_ attempt: TransferAttempt) async {
        let row = TransferAttemptRow(
            urlID: attempt.url.id,
            run: run,
            sink: sink,
            network: attempt.url.network,
            startedAt: attempt.startedAt,
            duration: attempt.duration,
            firstByte: attempt.firstByte,
            bytes: attempt.bytes,
            status: attempt.status,
            outcome: attempt.outcome
        )
        catalog.note(row)
    }
}
