package import WherryCore

/// What a job fetches from where to where.
package struct Job: Sendable, Hashable {
    /// Which of an instance's backups are wanted.
    package struct Selection: Sendable, Hashable {
        /// Only the newest so many; nil for all.
        package var newest: Int?
        /// Only those started within so long before the run; nil for any age.
        package var since: Duration?
        /// Only those made so; nil for all.
        package var kinds: Set<Backup.Kind>?

        /// A selection; everything when all is nil.
        package init(newest: Int? = nil, since: Duration? = nil, kinds: Set<Backup.Kind>? = nil) {
            self.newest = newest
            self.since = since
            self.kinds = kinds
        }
    }

    /// Its name.
    package var name: JobName
    /// From where.
    package var source: SourceName
    /// Which instances: an id has to fit one of them.
    package var instances: [Glob]
    /// Which backups of each.
    package var selection: Selection
    /// To where.
    package var sinks: [SinkName]
    /// How many backups at once, 1 or more.
    package var concurrency: Int
    /// How many connections for one file, 1 or more; nil for as many as make it faster.
    package var connections: Int?
    /// From which age on an instance's newest copy counts as overdue.
    package var overdueAfter: Duration?

    /// A job.
    package init(
        name: JobName,
        source: SourceName,
        instances: [Glob] = [Glob("*")],
        selection: Selection = Selection(),
        sinks: [SinkName],
        concurrency: Int = 4,
        connections: Int? = nil,
        overdueAfter: Duration? = nil
    ) {
        self.name = name
        self.source = source
        self.instances = instances
        self.selection = selection
        self.sinks = sinks
        self.concurrency = concurrency
        self.connections = connections
        self.overdueAfter = overdueAfter
    }
}
