package import WherryCatalog
package import WherryCore
import WherryPluginKit

/// Backups and exports of one source that were asked for: takes orders, and follows what is under way to its end.
package struct BackupTasks: Sendable {
    let catalog: Catalog
    let source: ConfiguredSource
    let clock: any WallClock
    private let begunAt: Timestamp
    private let taken: AsyncStream<Int64>
    private let takers: AsyncStream<Int64>.Continuation

    /// The tasks of one source.
    package init(catalog: Catalog, source: ConfiguredSource, clock: any WallClock) {
        self.catalog = catalog
        self.source = source
        self.clock = clock
        begunAt = clock.now
        (taken, takers) = AsyncStream.makeStream()
    }

    /// Takes an order, and returns the task's number once the source has taken it too.
    ///
    /// The task is followed by ``run()``, here or in the next process.
    ///
    /// - Throws: ``Failure`` with code `source.cannot-request` when the source takes no orders, `task.under-way` when
    ///   another task of the instance is under way, and what the source throws; the task has failed then.
    package func take(_ order: TaskOrder) async throws -> Int64 {
        let requests = try requests(for: order.kind, of: order.instance)
        let id = try await catalog.beginTask(order, in: source.name, at: clock.now, askedBy: Caller.current)
        do {
            switch order.kind {
            case .backup:
                let remark = order.remark.isEmpty ? nil : order.remark
                let request = try await requests?.requestBackup(of: order.instance, remark: remark)
                try await catalog.startTask(id, sourceTask: request?.task)
            case .export:
                try await catalog.startTask(id, sourceTask: nil)
            }
        } catch {
            try await catalog.failTask(id, Failure.wrap(error, during: "asking for a backup"), at: clock.now)
            throw error
        }
        takers.yield(id)
        return id
    }

    /// Follows every task to its end, those that an earlier process left too, and keeps schedules; until it is cancelled.
    ///
    /// A task that is under way then stays so in the catalog.
    package func run() async throws {
        let left = try await catalog.tasksUnderWay(of: source.name)
        await withDiscardingTaskGroup { group in
            var followed: Set<Int64> = []
            for task in left where task.state == .running && followed.insert(task.id).inserted {
                group.addTask { await follow(task.id) }
            }
            for task in left where task.state == .waiting && task.askedAt < begunAt {
                group.addTask { await end(task.id, with: Self.interrupted(task)) }
            }
            group.addTask { await keepSchedules() }
            for await id in taken where followed.insert(id).inserted {
                group.addTask { await follow(id) }
            }
            group.cancelAll()
        }
    }

    /// Who takes orders of a kind for an instance; nil when nobody has to.
    private func requests(for kind: BackupTask.Kind, of instance: Instance.ID) throws -> (any BackupRequesting)? {
        if let requests = source.source.requests, requests.takesOrders(for: instance) { return requests }
        // What a source hosts itself is RDB files already: an export of it is done as soon as it is asked for.
        if kind == .export, source.source.hosting != nil { return nil }
        throw Failure(
            .unsupported,
            code: "source.cannot-request",
            "The source \(source.name) cannot be asked for backups of \(instance).",
            remedy: "Have it made where the source's backups come from, and wherry lists it then. "
                + "A depot can for those in its option servers."
        )
    }

    /// Follows a task that the source has taken to its end.
    ///
    /// - Returns: why it failed; nil when it is done. Whoever is cancelled leaves it under way.
    @discardableResult
    func follow(_ id: Int64) async -> Failure? {
        do {
            guard let task = try await catalog.task(id, of: source.name) else { return nil }
            let made = try await Caller.$current.withValue(task.askedBy) { try await work(task) }
            if let made, source.source.hosting == nil {
                try await catalog.record([made], from: source.name, at: clock.now)
            }
            try await catalog.endTask(id, made: made?.key, in: source.name, at: clock.now)
            return nil
        } catch {
            let failure = Failure.wrap(error, during: "waiting for a backup")
            // Whoever is stopped leaves the task to the next process.
            if failure.failureClass != .cancelled || !Task.isCancelled { await end(id, with: failure) }
            return failure
        }
    }

    private func work(_ task: BackupTask) async throws -> Backup? {
        let requests = try requests(for: task.kind, of: task.instance)
        switch task.kind {
        case .backup:
            let isScheduled = task.askedBy == Self.scheduler
            let made = try await requests?.finished(
                BackupRequest(
                    instance: task.instance,
                    remark: task.remark.isEmpty ? nil : task.remark,
                    task: task.sourceTask ?? "",
                    requestedAt: task.askedAt,
                    kind: isScheduled ? .automatic : .manual
                )
            )
            if isScheduled { await expire(task.instance) }
            return made
        case .export:
            if let backup = task.backup { try await requests?.export(backup, of: task.instance) }
            return nil
        }
    }

    func end(_ id: Int64, with failure: Failure) async {
        // A catalog that cannot be written keeps the task under way, and the next process finds it there.
        _ = try? await catalog.failTask(id, failure, at: clock.now)
    }

    static func interrupted(_ task: BackupTask) -> Failure {
        Failure(
            .transient,
            code: "task.interrupted",
            "The program ended before the source answered to the order for \(task.instance).",
            remedy: "Look whether there is a new backup, else ask again."
        )
    }
}
