import WherryCatalog
import WherryCore

/// One metric with all its labels: a query with a column for the value, and others for labels.
struct MetricFamily: Sendable {
    /// What a value may do.
    enum Kind: String, Sendable {
        /// Only grow, as rows of history are never removed.
        case counter
        /// Go up and down.
        case gauge
    }

    /// Its name.
    var name: String
    /// What its values may do.
    var kind: Kind
    /// What it is, one sentence.
    var help: String
    /// Reads views and columns without URLs only; metrics with the same query are answered by one.
    var sql: String
    /// The column with the value; the last one when nil.
    var value: String?
    /// How many columns at the start are labels; all but the last when nil.
    var labels: Int?

    /// Where every instance stands, for several metrics.
    private static let coverage = """
        SELECT source, instance, overdue, unixepoch(newest_backup_at) AS backup, unixepoch(newest_copy_at) AS copy,
            unixepoch(newest_proven_at) AS proven
        FROM coverage
        """
    /// Where every scheduled job stands, for several metrics.
    private static let jobs = """
        SELECT job, unixepoch(next_at) AS next, unixepoch(last_succeeded_at) AS succeeded, failures
        FROM job_schedules WHERE state <> 'off'
        """

    /// Which program it is.
    static var build: String {
        """
        # HELP wherry_build_info The version of wherry that wrote this.
        # TYPE wherry_build_info gauge
        wherry_build_info{version="\(escaped(WherryVersion.text))"} 1

        """
    }

    /// Every metric, in the order in which they are printed.
    static let all: [MetricFamily] = [
        MetricFamily(
            name: "wherry_newest_backup_timestamp_seconds",
            kind: .gauge,
            help: "When the newest available backup of an instance was begun.",
            sql: coverage,
            value: "backup",
            labels: 2
        ),
        MetricFamily(
            name: "wherry_newest_copy_timestamp_seconds",
            kind: .gauge,
            help: "When the newest backup was begun that a sink has a verified copy of.",
            sql: coverage,
            value: "copy",
            labels: 2
        ),
        MetricFamily(
            name: "wherry_newest_proven_timestamp_seconds",
            kind: .gauge,
            help: "When the newest backup was begun that has a copy which is proven to restore.",
            sql: coverage,
            value: "proven",
            labels: 2
        ),
        MetricFamily(
            name: "wherry_copy_overdue",
            kind: .gauge,
            help: "Whether the newest copy of an instance is older than it may be, or there is none.",
            sql: coverage,
            value: "overdue",
            labels: 2
        ),
        MetricFamily(
            name: "wherry_deliveries",
            kind: .gauge,
            help: "Deliveries by what became of them.",
            sql: """
                SELECT sink, CASE WHEN removed_at IS NOT NULL THEN 'removed' WHEN gone_at IS NOT NULL THEN 'gone'
                    ELSE state END AS state, count(*)
                FROM delivery GROUP BY 1, 2
                """
        ),
        MetricFamily(
            name: "wherry_delivered_bytes",
            kind: .gauge,
            help: "Bytes of the backups that a sink has copies of, as they came from the source.",
            sql: """
                SELECT d.sink, sum(a.size_bytes) FROM delivery AS d JOIN artifact AS a ON a.delivery_id = d.id
                WHERE d.state = 'delivered' AND d.removed_at IS NULL AND d.gone_at IS NULL GROUP BY d.sink
                """
        ),
        MetricFamily(
            name: "wherry_runs_total",
            kind: .counter,
            help: "Runs that have ended, by how.",
            sql: "SELECT state, count(*) FROM run WHERE state <> 'running' GROUP BY state"
        ),
        MetricFamily(
            name: "wherry_run_active",
            kind: .gauge,
            help: "Whether a run is at work.",
            sql: "SELECT count(*) FROM run WHERE state = 'running'"
        ),
        MetricFamily(
            name: "wherry_last_run_end_timestamp_seconds",
            kind: .gauge,
            help: "When the last run ended.",
            sql: "SELECT max(unixepoch(ended_at)) FROM run"
        ),
        MetricFamily(
            name: "wherry_last_run_duration_seconds",
            kind: .gauge,
            help: "How long the last run took.",
            sql: "SELECT duration_ms / 1000.0 FROM run WHERE state <> 'running' ORDER BY id DESC LIMIT 1"
        ),
        MetricFamily(
            name: "wherry_last_success_timestamp_seconds",
            kind: .gauge,
            help: "When a run last did all that it was to do.",
            sql: "SELECT max(unixepoch(ended_at)) FROM run WHERE state = 'succeeded'"
        ),
        MetricFamily(
            name: "wherry_job_next_timestamp_seconds",
            kind: .gauge,
            help: "When a scheduled job starts next; in the past when nobody keeps its schedule.",
            sql: jobs,
            value: "next",
            labels: 1
        ),
        MetricFamily(
            name: "wherry_job_last_success_timestamp_seconds",
            kind: .gauge,
            help: "When a scheduled job last did all that it was to do.",
            sql: jobs,
            value: "succeeded",
            labels: 1
        ),
        MetricFamily(
            name: "wherry_job_failures",
            kind: .gauge,
            help: "Runs of a scheduled job that have failed since one did all that it was to do.",
            sql: jobs,
            value: "failures",
            labels: 1
        ),
        MetricFamily(
            name: "wherry_urls_issued_total",
            kind: .counter,
            help: "URLs that were issued and recorded.",
            sql: "SELECT source, count(*) FROM url_history GROUP BY source"
        ),
        MetricFamily(
            name: "wherry_urls_valid",
            kind: .gauge,
            help: "URLs that can still be used.",
            sql: "SELECT source, count(*) FROM valid_urls GROUP BY source"
        ),
        MetricFamily(
            name: "wherry_api_calls_last_hour",
            kind: .gauge,
            help: "Calls of providers' APIs (out) and of our own (in) within the last hour, by their code.",
            sql: """
                SELECT direction, source, action, code, count(*) FROM api_call
                WHERE at > strftime('%Y-%m-%dT%H:%M:%SZ', 'now', '-1 hour') GROUP BY direction, source, action, code
                """
        ),
    ]

    /// Its lines; a row whose value is NULL has none.
    func text(of table: ResultTable) -> String {
        let column = value.flatMap { table.columns.firstIndex(of: $0) } ?? table.columns.count - 1
        let names = table.columns.prefix(labels ?? table.columns.count - 1)
        let samples = table.rows.compactMap { row -> String? in
            guard row.indices.contains(column), let value = Self.number(row[column]) else { return nil }
            let labels = zip(names, row).map { "\($0)=\"\(Self.escaped(Self.text($1)))\"" }
            return name + (labels.isEmpty ? "" : "{\(labels.joined(separator: ","))}") + " \(value)\n"
        }
        if samples.isEmpty { return "" }
        return "# HELP \(name) \(help)\n# TYPE \(name) \(kind.rawValue)\n" + samples.joined()
    }

    private static func number(_ cell: ResultTable.Cell) -> String? {
        switch cell {
        case .integer(let value): String(value)
        case .real(let value): String(value)
        case .null, .text, .blob: nil
        }
    }

    private static func text(_ cell: ResultTable.Cell) -> String {
        switch cell {
        case .text(let text): text
        case .integer(let value): String(value)
        case .real(let value): String(value)
        case .null, .blob: ""
        }
    }

    /// A label's value: backslash, quote and line feed are escaped.
    static func escaped(_ text: String) -> String {
        text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("\n", with: "\\n")
    }
}
