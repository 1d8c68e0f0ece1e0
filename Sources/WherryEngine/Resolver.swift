package import WherryCatalog
package import WherryCore
package import WherryPluginKit
import WherryTransfer

/// Turns (instance, backup) into valid URLs: the one verb that the command line, jobs and the API share.
///
/// A recorded URL with enough life is reused, else a new answer is asked for and recorded before anybody sees it. Many
/// who ask for the same backup at once cause one request.
package actor Resolver {
    private struct Flight: Hashable {
        var source: SourceName
        var key: Backup.Key
    }

    private let catalog: Catalog
    private let clock: any WallClock
    private let margin: Duration
    private let random: @Sendable () -> UInt64
    private var flights: [Flight: [CheckedContinuation<Result<Void, Failure>, Never>]] = [:]

    /// A resolver.
    ///
    /// - Parameter margin: the life a recorded URL must have left to be given out, at most a fifth of its whole life.
    package init(
        catalog: Catalog,
        clock: any WallClock,
        margin: Duration = .seconds(600),
        random: @escaping @Sendable () -> UInt64
    ) {
        self.catalog = catalog
        self.clock = clock
        self.margin = margin
        self.random = random
    }

    /// Valid URLs of every file of a backup, by position.
    ///
    /// ``Caller/current`` is noted as who asked.
    ///
    /// - Parameters:
    ///   - fresh: ask for new ones even where recorded ones still work.
    ///   - old: recorded ones up to this row do not count.
    ///   - clients: who may use the URLs; ones for some clients only are always new ones.
    /// - Throws: ``Failure`` of class `notFound`, code `instance.not-found` or `backup.not-found`; whatever the source
    ///   throws.
    package nonisolated func resolve(
        _ key: Backup.Key,
        from source: ConfiguredSource,
        run: RunID? = nil,
        fresh: Bool = false,
        newerThan old: Int64 = 0,
        clients: ClientRule = .everyone
    ) async throws -> [RecordedFile] {
        // A source that serves its own bytes issues for free, and each caller's URL is to be told from the others'.
        if fresh || clients != .everyone || source.source.hosting != nil && run == nil {
            return try await issue(key, from: source, run: run, clients: clients)
        }
        return try await share(key, from: source, run: run, newerThan: old)
    }

    private func share(
        _ key: Backup.Key,
        from source: ConfiguredSource,
        run: RunID?,
        newerThan old: Int64
    ) async throws -> [RecordedFile] {
        let flight = Flight(source: source.name, key: key)
        while true {
            let usable = try await catalog.usableURLs(for: key, from: source.name, at: clock.now, margin: margin)
            if !usable.isEmpty, usable.allSatisfy({ $0.urlID > old }) { return usable }
            if flights[flight] != nil {
                try await withCheckedContinuation { flights[flight, default: []].append($0) }.get()
                continue
            }
            flights[flight] = []
            do {
                let files = try await issue(key, from: source, run: run)
                land(flight, .success(()))
                return files
            } catch {
                // Who waited with a cancelled leader asks again; everybody else shares the answer.
                let isCancelled = error is CancellationError
                land(flight, isCancelled ? .success(()) : .failure(Failure.wrap(error, during: "resolving \(key)")))
                throw error
            }
        }
    }

    /// New URLs in place of one that the provider refused, or that will not work for long.
    package func renew(
        _ key: Backup.Key,
        from source: ConfiguredSource,
        after urlID: Int64,
        because reason: RenewalReason,
        run: RunID?
    ) async throws -> [RecordedFile] {
        if reason == .refused { try await catalog.reject(urlID: urlID, at: clock.now) }
        return try await resolve(key, from: source, run: run, newerThan: urlID)
    }

    private func land(_ flight: Flight, _ result: Result<Void, Failure>) {
        for waiter in flights.removeValue(forKey: flight) ?? [] { waiter.resume(returning: result) }
    }

    private nonisolated func issue(
        _ key: Backup.Key,
        from source: ConfiguredSource,
        run: RunID?,
        clients: ClientRule = .everyone
    ) async throws -> [RecordedFile] {
        // A source that serves its own bytes keeps its backups in the catalog itself, and says what is not there.
        if source.source.hosting == nil { try await learn(key, from: source) }
        // A run has time; a person, or a caller of the service, would rather hear of it and ask again.
        let files = try await Retry.transient(backoff: run == nil ? Backoff(limit: 2) : Backoff(), random: random) {
            try await source.source.issueURLs(for: key.backup, of: key.instance, clients: clients)
        }
        guard !files.isEmpty, files.map(\.file.position) == Array(0..<files.count),
            files.allSatisfy({ $0.intranet != nil || $0.extranet != nil })
        else {
            throw Failure(
                .internal,
                code: "source.bad-answer",
                "The source \(source.name) answered without a URL for every file of \(key).",
                remedy: "Look at what its API answers; the plugin may not know a new form of it."
            )
        }
        return try await catalog.recordIssue(
            of: key,
            from: source.name,
            files: files,
            at: clock.now,
            askedBy: Caller.current,
            run: run,
            clients: clients
        )
    }

    /// Makes sure that the catalog has the backup, by asking the source when it has not.
    private nonisolated func learn(_ key: Backup.Key, from source: ConfiguredSource) async throws {
        if try await catalog.backup(key, in: source.name) != nil { return }
        let discovery = Discovery(catalog: catalog, clock: clock, random: random)
        if try await catalog.instance(key.instance, of: source.name) == nil {
            let instances = try await discovery.instances(of: source)
            guard instances.contains(where: { $0.id == key.instance }) else {
                throw Failure(
                    .notFound,
                    code: "instance.not-found",
                    "The source \(source.name) has no instance \(key.instance).",
                    remedy: "List what it has with `wherry instances --source \(source.name)`."
                )
            }
        }
        let backups = try await discovery.backups(of: key.instance, in: source, since: nil)
        guard backups.contains(where: { $0.id == key.backup }) else {
            throw Failure(
                .notFound,
                code: "backup.not-found",
                "The instance \(key.instance) has no backup \(key.backup).",
                remedy:
                    "List what it has with `wherry backups \(key.instance)`; providers delete backups after some days."
            )
        }
    }
}
