package import WherryCore

/// What a run of one job is going to do: the same value is printed by a dry run and carried out by a real one.
package struct Plan: Sendable, Hashable {
    /// One backup and the sinks that still want it.
    package struct Item: Sendable, Hashable {
        /// The instance.
        package var instance: Instance
        /// The backup.
        package var backup: Backup
        /// The sinks, in the job's order.
        package var sinks: [SinkName]
    }

    /// A backup that was selected but cannot be fetched now.
    package struct Waiting: Sendable, Hashable {
        /// The backup.
        package var backup: Backup
        /// Why, for people.
        package var reason: String
    }

    /// The job.
    package var job: JobName
    /// The source.
    package var source: SourceName
    /// What to deliver, newest backups first.
    package var items: [Item]
    /// What is not ready.
    package var waiting: [Waiting]
    /// How many selected backups every sink already has.
    package var upToDate: Int
    /// How many instances fit the job.
    package var instances: Int

    /// The number of deliveries: backups times sinks.
    package var deliveries: Int { items.reduce(0) { $0 + $1.sinks.count } }
}
