import GRDB
package import WherryCore

/// How a run ended.
package enum RunState: String, Sendable {
    /// Everything planned was done.
    case succeeded
    /// Some deliveries failed.
    case partial
    /// Nothing could be done.
    case failed
    /// A person or the system stopped it.
    case cancelled
    /// It died; found by a later run.
    case interrupted
}

/// The sums of a run.
package struct RunTotals: Sendable, Hashable {
    /// Deliveries planned.
    package var planned = 0
    /// Deliveries whose bytes are stored.
    package var delivered = 0
    /// Deliveries written down for somebody else to fetch.
    package var emitted = 0
    /// Deliveries that failed.
    package var failed = 0
    /// URLs that sources issued for it.
    package var urlsIssued = 0
    /// Bytes stored.
    package var bytes: Int64 = 0

    /// All zero.
    package init() {}
}

/// Runs and what they did.
extension Catalog {
    /// Starts a run.
    ///
    /// - Throws: ``Failure`` of class `conflict` when another one is running.
    package func beginRun(jobs: [JobName], askedBy: String, at: Timestamp) async throws -> RunID {
        try await write { db in
            do {
                try db.execute(
                    sql: "INSERT INTO run (jobs, asked_by, state, started_at) VALUES (?, ?, 'running', ?)",
                    arguments: [jobs.map(\.rawValue).joined(separator: " "), askedBy, at.description]
                )
            } catch let error as DatabaseError where error.extendedResultCode == .SQLITE_CONSTRAINT_UNIQUE {
                throw Failure(
                    .conflict,
                    code: "run.active",
                    "Another run is at work on this catalog.",
                    remedy: "Wait for it to end, or look at it with `wherry runs`."
                )
            }
            return RunID(rawValue: db.lastInsertedRowID)
        }
    }

    /// Ends every run and delivery that a dead process left behind.
    ///
    /// Only the holder of the run lock may call it.
    ///
    /// - Returns: how many runs were found dead.
    package func recoverInterrupted(at: Timestamp) async throws -> Int {
        try await write { db in
            try db.execute(
                sql: "UPDATE delivery SET state = 'interrupted', ended_at = ? WHERE state = 'running'",
                arguments: [at.description]
            )
            try db.execute(
                sql: """
                    UPDATE run SET state = 'interrupted', ended_at = ?, failure_code = 'run.interrupted',
                        failure_message = 'The process ended before the run did.',
                        delivered = (SELECT count(*) FROM delivery AS d WHERE d.run_id = run.id AND d.state = 'delivered')
                    WHERE state = 'running'
                    """,
                arguments: [at.description]
            )
            return db.changesCount
        }
    }

    /// Ends a run.
    ///
    /// - Returns: how many URLs sources issued for it; told by the same write, so that it is told to who is cancelled too.
    @discardableResult
    package func endRun(
        _ run: RunID,
        state: RunState,
        totals: RunTotals,
        failure: Failure?,
        duration: Duration,
        at: Timestamp
    ) async throws -> Int {
        try await write { db in
            try Int.fetchOne(
                db,
                sql: """
                    UPDATE run SET state = ?, ended_at = ?, planned = ?, delivered = ?, emitted = ?, failed = ?,
                        bytes = ?, duration_ms = ?, failure_code = ?, failure_message = ?
                    WHERE id = ?
                    RETURNING urls_issued
                    """,
                arguments: [
                    state.rawValue, at.description, totals.planned, totals.delivered, totals.emitted, totals.failed,
                    totals.bytes, duration.wholeMilliseconds, failure?.code, failure?.message, run.rawValue,
                ]
            ) ?? 0
        }
    }
}

extension Catalog {
    /// The sinks that may hold leftovers: a delivery to them was interrupted and has not been made since.
    package func sinksWithLeftovers() async throws -> Set<SinkName> {
        try await read { db in
            try Set(
                String.fetchAll(db, sql: "SELECT DISTINCT sink FROM delivery WHERE state = 'interrupted'")
                    .map { SinkName(rawValue: $0) }
            )
        }
    }
}
