package import WherryCatalog
package import WherryCore
import WherryPluginKit

/// Asks a source what it has, and records every answer.
package struct Discovery: Sendable {
    private let catalog: Catalog
    private let clock: any WallClock
    private let random: @Sendable () -> UInt64

    /// A discovery.
    package init(catalog: Catalog, clock: any WallClock, random: @escaping @Sendable () -> UInt64) {
        self.catalog = catalog
        self.clock = clock
        self.random = random
    }

    /// All instances of a source, by id.
    package func instances(of source: ConfiguredSource, overdueAfter: Duration? = nil) async throws -> [Instance] {
        let listed = try await Retry.transient(random: random) {
            try await source.source.instances().reduce(into: [Instance]()) { $0.append($1) }
        }
        let instances = Self.unique(listed, by: \.id).sorted { $0.id < $1.id }
        try await catalog.register(source: source.name, plugin: source.plugin, at: clock.now)
        try await catalog.record(instances, from: source.name, at: clock.now, overdueAfter: overdueAfter)
        return instances
    }

    /// The backups of one instance.
    ///
    /// The instance must have been recorded.
    package func backups(
        of instance: Instance.ID,
        in source: ConfiguredSource,
        since: Timestamp?
    ) async throws -> [Backup] {
        let listed = try await Retry.transient(random: random) {
            try await source.source.backups(of: instance, since: since).reduce(into: [Backup]()) { $0.append($1) }
        }
        let backups = Self.unique(listed, by: \.id)
        try await catalog.record(backups, from: source.name, at: clock.now)
        return backups
    }

    /// Each thing once.
    ///
    /// A list that comes in pages repeats one when another is added in front of it meanwhile.
    private static func unique<Element, ID: Hashable>(_ list: [Element], by id: (Element) -> ID) -> [Element] {
        var seen: Set<ID> = []
        return list.filter { seen.insert(id($0)).inserted }
    }

    /// Instances that fit the job and their backups.
    package func survey(
        _ job: Job,
        from source: ConfiguredSource
    ) async throws -> (instances: [Instance], backups: [Instance.ID: [Backup]]) {
        let instances = try await instances(of: source, overdueAfter: job.overdueAfter)
            .filter { Planner.matches(job, $0.id) }
        let since = job.selection.since.map { clock.now - $0 }
        let backups = try await Concurrently.map(instances, width: max(4, job.concurrency)) { instance in
            (instance.id, try await self.backups(of: instance.id, in: source, since: since))
        }
        return (instances, Dictionary(backups) { _, last in last })
    }
}
