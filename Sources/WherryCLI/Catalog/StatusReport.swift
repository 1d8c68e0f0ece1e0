import WherryCatalog
import WherryCore

/// What `wherry status` knows.
struct StatusReport {
    /// A scheduled job that starts later than this is late.
    private static let lateness: Int64 = 600

    private let jobs: ResultTable
    private let instances: ResultTable
    private let runs: ResultTable
    /// What is wrong, one sentence each.
    let complaints: [String]

    /// Asks the catalog.
    init(of catalog: ReadOnlySQL) throws {
        func rows(_ sql: String) throws -> ResultTable {
            try catalog.run(sql, rowLimit: 100_000, timeLimit: .seconds(60))
        }
        jobs = try rows(
            """
            SELECT job, state, schedule, next_at, late_s, slot_at, attempts, last_run, last_state, last_ended_at,
                last_succeeded_at, failures, unixepoch(next_at) - unixepoch('now') AS next_in_s,
                unixepoch('now') - unixepoch(last_succeeded_at) AS last_succeeded_s,
                unixepoch('now') - unixepoch(last_ended_at) AS last_ended_s
            FROM job_schedules WHERE state <> 'off' ORDER BY next_at IS NULL, next_at, job
            """
        )
        instances = try rows(
            """
            SELECT source, instance, newest_backup, newest_backup_at, newest_copy, newest_copy_at, age_s, overdue, sinks,
                newest_proven, newest_proven_at, unixepoch('now') - unixepoch(newest_backup_at) AS newest_backup_s,
                unixepoch('now') - unixepoch(newest_proven_at) AS newest_proven_s
            FROM coverage ORDER BY overdue DESC, source, instance
            """
        )
        runs = try rows(
            """
            SELECT run, state, jobs, asked_by, started_at, ended_at, seconds, delivered, emitted, failed, bytes,
                failure_message, unixepoch('now') - unixepoch(started_at) AS started_s
            FROM run_history ORDER BY run DESC LIMIT 1
            """
        )
        complaints = Self.complaints(jobs: jobs, instances: instances)
    }

    private static func complaints(jobs: ResultTable, instances: ResultTable) -> [String] {
        var complaints: [String] = []
        for row in jobs.rows.map({ StatusRow(jobs, $0) }) {
            let job = row.text("job")
            let failures = row.number("failures")
            if failures > 0 {
                let last = row.age("last_succeeded_s").map { "; it did all that it was to do \($0) ago" } ?? ""
                let times = failures == 1 ? "once" : "\(failures) times in a row"
                complaints.append("The job \(job) failed \(times)\(last).")
            }
            let late = row.number("late_s")
            if late > lateness {
                let what = row.text("state") == "running" ? "has run past its next time by" : "is late by"
                complaints.append("The job \(job) \(what) \(rough(late)): does wherry daemon run?")
            }
        }
        for row in instances.rows.map({ StatusRow(instances, $0) }) where row.number("overdue") != 0 {
            let copy = row.age("age_s").map { "its newest copy is \($0) old" } ?? "there is no copy"
            complaints.append("The instance \(row.text("instance")) of \(row.text("source")) is overdue: \(copy).")
        }
        return complaints
    }

    /// The line that monitoring shows.
    func verdict(for terminal: Terminal) -> String {
        guard let first = complaints.first else {
            let count = instances.rows.count
            return terminal.styled("ok", .green) + ": \(count == 1 ? "1 instance" : "\(count) instances") covered"
        }
        let more = complaints.count > 1 ? " (and \(complaints.count - 1) more)" : ""
        return terminal.styled("wrong", .red) + ": " + Terminal.harmless(first) + more
    }

    /// For people.
    func text(for terminal: Terminal) -> String {
        let parts = [
            lastRun(terminal), table(of: jobs, terminal, shown: shownJob),
            table(of: instances, terminal, shown: shownInstance),
        ]
        let text = parts.filter { !$0.isEmpty }.joined(separator: "\n")
        return text.isEmpty ? "Nothing was recorded yet. Start with: wherry run\n" : text
    }

    /// For machines: the rows as they are.
    var json: String {
        func rows(_ table: ResultTable) -> String {
            "[" + table.rows.map { JSONText.object(zip(table.columns, $0)) }.joined(separator: ", ") + "]"
        }
        let last = runs.rows.first.map { JSONText.object(zip(runs.columns, $0)) } ?? "null"
        let wrong = "[" + complaints.map { JSONText.string($0) }.joined(separator: ", ") + "]"
        return """
            {"wrong": \(wrong), "last_run": \(last), "jobs": \(rows(jobs)), "instances": \(rows(instances))}

            """
    }

    private func lastRun(_ terminal: Terminal) -> String {
        guard let row = runs.rows.first.map({ StatusRow(runs, $0) }) else { return "" }
        let state = row.text("state")
        let style: Terminal.Style = state == "succeeded" ? .green : state == "running" ? .cyan : .red
        var counts: [String] = []
        for word in ["delivered", "emitted", "failed"] where row.number(word) > 0 {
            counts.append("\(row.number(word)) \(word)")
        }
        let what = counts.isEmpty ? "" : ": " + counts.joined(separator: ", ")
        return
            "Run \(row.number("run")) (\(Terminal.harmless(row.text("jobs")))), begun \(rough(row.number("started_s"))) ago, "
            + (state == "running" ? "is " : "") + terminal.styled(state, style) + what + "\n"
    }

    private func table(
        of table: ResultTable,
        _ terminal: Terminal,
        shown: (StatusRow) -> [(String, ResultTable.Cell)]
    ) -> String {
        let rows = table.rows.map { shown(StatusRow(table, $0)) }
        guard let columns = rows.first?.map(\.0) else { return "" }
        return TextTable(ResultTable(columns: columns, rows: rows.map { $0.map(\.1) }), terminal: terminal).text
    }

    private func shownJob(_ row: StatusRow) -> [(String, ResultTable.Cell)] {
        let late = row.number("late_s")
        let next =
            row.text("state") == "running"
            ? "now" : late > 0 ? "\(rough(late)) ago" : "in \(row.age("next_in_s") ?? "?")"
        // Proofs are no runs.
        let last =
            row.age("last_ended_s").map { "\(row.text("last_state")) \($0) ago" }
            ?? row.age("last_succeeded_s").map { "succeeded \($0) ago" }
        return [
            ("job", .text(row.text("job"))), ("schedule", .text(row.text("schedule"))),
            ("state", .text(row.text("state"))), ("next", .text(next)), ("at", row.cell("next_at")),
            ("failures", row.cell("failures")), ("last", last.map { .text($0) } ?? .null),
        ]
    }

    private func shownInstance(_ row: StatusRow) -> [(String, ResultTable.Cell)] {
        [
            ("source", row.cell("source")), ("instance", row.cell("instance")),
            ("newest_backup", row.age("newest_backup_s").map { .text("\($0) ago") } ?? .null),
            ("newest_copy", row.age("age_s").map { .text("\($0) ago") } ?? .null),
            ("newest_proven", row.age("newest_proven_s").map { .text("\($0) ago") } ?? .null),
            ("overdue", row.cell("overdue")),
            ("copies_in", row.cell("sinks")),
        ]
    }
}

/// A row whose cells are asked for by name.
struct StatusRow {
    private let cells: [String: ResultTable.Cell]

    init(_ table: ResultTable, _ row: [ResultTable.Cell]) {
        cells = Dictionary(zip(table.columns, row)) { first, _ in first }
    }

    /// A cell; NULL when there is none of that name.
    func cell(_ name: String) -> ResultTable.Cell { cells[name] ?? .null }

    /// A text; empty for anything else.
    func text(_ name: String) -> String {
        if case .text(let text) = cell(name) { return text }
        return ""
    }

    /// A whole number; 0 for anything else.
    func number(_ name: String) -> Int64 {
        if case .integer(let number) = cell(name) { return number }
        return 0
    }

    /// Seconds as people say them; nil for NULL.
    func age(_ name: String) -> String? {
        if case .integer(let seconds) = cell(name) { return rough(seconds) }
        return nil
    }
}

/// Seconds as people say them: two units at most, such as `45s`, `12m`, `3h5m` or `6d4h`.
func rough(_ seconds: Int64) -> String {
    let seconds = max(0, seconds)
    func two(_ first: Int64, _ firstUnit: String, _ second: Int64, _ secondUnit: String) -> String {
        second == 0 ? "\(first)\(firstUnit)" : "\(first)\(firstUnit)\(second)\(secondUnit)"
    }
    return switch seconds {
    case ..<60: "\(seconds)s"
    case ..<3_600: two(seconds / 60, "m", seconds < 600 ? seconds % 60 : 0, "s")
    case ..<172_800: two(seconds / 3_600, "h", seconds % 3_600 / 60, "m")
    default: two(seconds / 86_400, "d", seconds % 86_400 / 3_600, "h")
    }
}
