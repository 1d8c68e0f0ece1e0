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

    /// One planned item, sink after sink.
    ///
    /// Failures end in the ledger; only cancellation is thrown.
    func carryOut(_ item: Plan.Item) async throws {
        for sink in item.sinks { try await carryOut(item, to: sink) }
    }

    private func carryOut(_ item: Plan.Item, to name: SinkName) async throws {
        guard let sink = environment.sinks[name] else { return }
        let key = item.backup.key
        try Task.checkCancellation()
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
            let receipt = try await receipt(for: item, from: sink, delivery: delivery)
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
            if failure.failureClass == .cancelled { throw CancellationError() }
            ledger.failed(key, name, failure)
            observer.observe(.failed(key, name, failure))
        }
    }

    private func receipt(for item: Plan.Item, from sink: ConfiguredSink, delivery: Int64) async throws -> Receipt {
        var backoff = Backoff(limit: 3)
        while true {
            let backup = try await resolve(item)
            do {
                return try await sink.sink.deliver(backup, using: transfer(for: sink))
            } catch let failure as Failure {
                // Transfers and questions to the provider are tried again where they are made; only the sink's own
                // trouble is left for here.
                let isTried = ["transfer.", "http.", "crs.", "backup.", "instance."].contains {
                    failure.code.hasPrefix($0)
                }
                guard !isTried, let wait = backoff.next(after: failure, random: environment.random()) else {
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

    private func transfer(for sink: ConfiguredSink) -> FileFetcher {
        var settings = TransferSettings()
        if let connections = job.connections {
            settings.connections = connections
            settings.isAdaptive = false
        }
        let limits = [sink.bandwidth, source.bandwidth, environment.bandwidth].compactMap { $0 }
        return FileFetcher(
            connections: environment.connections,
            clock: environment.clock,
            observer: TransferRecorder(catalog: environment.catalog, run: run, sink: sink.name, observer: observer),
            settings: settings,
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
