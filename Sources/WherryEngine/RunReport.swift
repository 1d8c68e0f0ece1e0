package import WherryCatalog
package import WherryCore

/// How a run ended.
package struct RunReport: Sendable {
    /// One delivery that failed.
    package struct Failed: Sendable {
        /// The backup.
        package var key: Backup.Key
        /// The sink.
        package var sink: SinkName
        /// Why.
        package var failure: Failure
    }

    /// The run.
    package var run: RunID
    /// How it ended.
    package var state: RunState
    /// Its sums.
    package var totals: RunTotals
    /// What was planned.
    package var plans: [Plan]
    /// What failed.
    package var failed: [Failed]
    /// What made whole jobs or sinks fail.
    package var abandoned: [Failure]
    /// How many copies were removed that their sinks do not keep any more.
    package var removed: Int
    /// How long it took.
    package var duration: Duration

    /// The exit status: 0, 3 when some deliveries failed, else that of the first failure's class.
    package var exitCode: Int32 {
        switch state {
        case .succeeded: 0
        case .partial: 3
        case .cancelled: FailureClass.cancelled.exitCode
        case .failed, .interrupted:
            (abandoned.first ?? failed.first?.failure)?.failureClass.exitCode ?? FailureClass.internal.exitCode
        }
    }
}
