import GRDB
import WherryCore

/// How far the schedules of jobs were kept.
extension Catalog {
    /// One row for each job that ever had a schedule.
    package func jobSchedules() async throws -> [JobScheduleRow] {
        try await read { db in
            try Row.fetchAll(db, sql: "SELECT * FROM job_schedule ORDER BY job").compactMap(Self.jobSchedule)
        }
    }

    /// Writes rows down.
    ///
    /// - Parameter only: whether jobs that are not among them have no schedule any more.
    package func keep(_ rows: [JobScheduleRow], only: Bool = false) async throws {
        try await write(changesMemory: false) { db in
            for row in rows { try Self.keep(row, db) }
            guard only else { return }
            let names = Set(rows.map(\.job.rawValue))
            let others = try String.fetchAll(db, sql: "SELECT job FROM job_schedule WHERE state <> 'off'")
            for job in others where !names.contains(job) {
                try db.execute(
                    sql: "UPDATE job_schedule SET state = 'off', next_at = NULL, attempts = 0 WHERE job = ?",
                    arguments: [job]
                )
            }
        }
    }

    private static func keep(_ row: JobScheduleRow, _ db: Database) throws {
        try db.cachedStatement(
            sql: """
                INSERT INTO job_schedule (job, schedule, state, covered_until, slot_at, attempts, next_at, run_id,
                    last_succeeded_at, failures)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                ON CONFLICT (job) DO UPDATE SET schedule = excluded.schedule, state = excluded.state,
                    covered_until = excluded.covered_until, slot_at = excluded.slot_at, attempts = excluded.attempts,
                    next_at = excluded.next_at, run_id = excluded.run_id,
                    last_succeeded_at = excluded.last_succeeded_at, failures = excluded.failures
                """
        ).execute(arguments: [
            row.job.rawValue, row.schedule, row.state.rawValue, row.coveredUntil.description, row.slot?.description,
            row.attempts, row.next?.description, row.run?.rawValue, row.lastSucceeded?.description,
            row.failures,
        ])
    }

    private static func jobSchedule(_ row: Row) -> JobScheduleRow? {
        guard let state = JobScheduleRow.State(rawValue: row["state"]), let covered = Timestamp(row["covered_until"])
        else { return nil }
        var schedule = JobScheduleRow(
            job: JobName(rawValue: row["job"]),
            schedule: row["schedule"],
            coveredUntil: covered
        )
        schedule.state = state
        schedule.slot = (row["slot_at"] as String?).flatMap { Timestamp($0) }
        schedule.attempts = row["attempts"]
        schedule.failures = row["failures"]
        schedule.next = (row["next_at"] as String?).flatMap { Timestamp($0) }
        schedule.run = (row["run_id"] as Int64?).map { RunID(rawValue: $0) }
        schedule.lastSucceeded = (row["last_succeeded_at"] as String?).flatMap { Timestamp($0) }
        return schedule
    }
}
