package import WherryCore

/// How far the schedule of a job was kept: a row of the table `job_schedule`.
package struct JobScheduleRow: Sendable, Hashable {
    /// What it is doing.
    package enum State: String, Sendable {
        /// It waits for its next time.
        case waiting
        /// It runs, or did when the process that ran it ended.
        case running
        /// It failed, and waits for being tried again.
        case retrying
        /// It has no schedule any more.
        case off
    }

    /// The job.
    package var job: JobName
    /// The schedule's text.
    package var schedule: String
    /// What it is doing.
    package var state: State
    /// All its times up to this one are served or given up.
    package var coveredUntil: Timestamp
    /// The time that it was started for last; nil when it never was.
    package var slot: Timestamp?
    /// How often it was started for that time.
    package var attempts: Int
    /// How many of its runs have failed since the last that did all that it was to do.
    package var failures: Int
    /// When it starts next, or should have; nil when that cannot be told.
    package var next: Timestamp?
    /// Its last run.
    package var run: RunID?
    /// When it last did all that it was to do.
    package var lastSucceeded: Timestamp?

    /// A row of a job that was never started.
    package init(job: JobName, schedule: String, coveredUntil: Timestamp) {
        self.job = job
        self.schedule = schedule
        state = .waiting
        self.coveredUntil = coveredUntil
        attempts = 0
        failures = 0
    }
}
