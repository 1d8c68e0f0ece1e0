package import WherryCatalog
package import WherryCore

/// Decides what a job has to do.
///
/// A pure function: the same input always gives the same plan.
package enum Planner {
    /// What to deliver.
    ///
    /// - Parameters:
    ///   - backups: by instance, in any order.
    ///   - deliveries: where each backup stands at each sink.
    package static func plan(
        _ job: Job,
        instances: [Instance],
        backups: [Instance.ID: [Backup]],
        deliveries: [Backup.Key: [SinkName: DeliveryStatus]],
        now: Timestamp
    ) -> Plan {
        var plan = Plan(job: job.name, source: job.source, items: [], waiting: [], upToDate: 0, instances: 0)
        for instance in instances where matches(job, instance.id) {
            plan.instances += 1
            let selected = select(job.selection, from: backups[instance.id] ?? [], now: now)
            for backup in selected {
                if let reason = waitingReason(backup) {
                    plan.waiting.append(Plan.Waiting(backup: backup, reason: reason))
                    continue
                }
                let sinks = job.sinks.filter { !isDone(deliveries[backup.key]?[$0], now: now) }
                if sinks.isEmpty {
                    plan.upToDate += 1
                } else {
                    plan.items.append(Plan.Item(instance: instance, backup: backup, sinks: sinks))
                }
            }
        }
        plan.items.sort { left, right in
            left.backup.startedAt != right.backup.startedAt
                ? left.backup.startedAt > right.backup.startedAt : left.backup.key < right.backup.key
        }
        return plan
    }

    /// Whether an instance is one of the job's.
    package static func matches(_ job: Job, _ instance: Instance.ID) -> Bool {
        job.instances.contains { $0.matches(instance.rawValue) }
    }

    /// The wanted backups of one instance, newest first.
    ///
    /// Expired ones are never wanted and never counted; busy ones are counted, so that a run during the nightly
    /// backup does not fetch an older one in its place.
    private static func select(_ selection: Job.Selection, from backups: [Backup], now: Timestamp) -> [Backup] {
        let fitting =
            backups
            .filter { $0.state != .expired }
            .filter { backup in selection.kinds?.contains(backup.kind) ?? true }
            .filter { backup in selection.since.map { backup.startedAt >= now - $0 } ?? true }
            .sorted { $0.startedAt != $1.startedAt ? $0.startedAt > $1.startedAt : $0.id > $1.id }
        return selection.newest.map { Array(fitting.prefix($0)) } ?? fitting
    }

    private static func waitingReason(_ backup: Backup) -> String? {
        switch backup.state {
        case .available, .unknown: nil
        case .busy: "locked by the provider"
        case .exporting: "being exported by the provider"
        case .expired: "expired"
        }
    }

    /// A delivery is done when it is stored, or when its instructions still work and may yet be carried out.
    ///
    /// A copy that was removed on purpose counts as stored; one that somebody found gone does not.
    private static func isDone(_ status: DeliveryStatus?, now: Timestamp) -> Bool {
        switch status?.state {
        case .delivered: status?.isGone == false
        case .emitted: status?.validUntil.map { $0 > now } ?? true
        case .running, .failed, .interrupted, nil: false
        }
    }
}
