import ArgumentParser

/// A backup's state on the command line.
enum BackupStateArgument: String, CaseIterable, ExpressibleByArgument {
    case available, busy, exporting, expired, unknown
}

/// A delivery's state on the command line.
enum DeliveryStateArgument: String, CaseIterable, ExpressibleByArgument {
    case running, delivered, emitted, failed, interrupted, removed, gone
}

/// A run's state on the command line.
enum RunStateArgument: String, CaseIterable, ExpressibleByArgument {
    case running, succeeded, partial, failed, cancelled, interrupted
}
