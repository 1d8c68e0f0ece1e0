import WherryCatalog
import WherryCore
import WherryEngine

/// A plan in words and as JSON: a dry run and a real one print the same.
enum PlanText {
    /// For people.
    static func text(_ plan: Plan) -> String {
        let title = Terminal.output.styled("\(plan.job)", .bold)
        var lines: [String] = []
        if plan.items.isEmpty {
            lines.append("\(title): nothing to deliver; \(upToDate(plan)).")
        } else {
            let what = "\(plan.items.count) backup\(plan.items.count == 1 ? "" : "s") of \(plan.source)"
            let rest = plan.upToDate > 0 ? "; \(upToDate(plan))" : ""
            lines.append("\(title): \(what) to deliver\(rest).")
        }
        for item in plan.items {
            let size = item.backup.size.map { "  \($0)" } ?? ""
            let sinks = item.sinks.map(\.rawValue).joined(separator: ", ")
            lines.append(
                "  \(item.backup.startedAt)  \(Terminal.harmless(item.backup.key.description))\(size) → \(sinks)"
            )
        }
        for waiting in plan.waiting {
            lines.append(
                "  \(waiting.backup.startedAt)  \(Terminal.harmless(waiting.backup.key.description)) waits: \(waiting.reason)"
            )
        }
        return lines.joined(separator: "\n") + "\n"
    }

    /// One object a line for machines: one a delivery, then one for the job.
    static func json(_ plan: Plan) -> String {
        var lines: [String] = []
        for item in plan.items {
            for sink in item.sinks {
                lines.append(
                    JSONText.object([
                        ("type", .text("planned")), ("job", .text(plan.job.rawValue)),
                        ("instance", .text(item.instance.id.rawValue)), ("backup", .text(item.backup.id.rawValue)),
                        ("started_at", .text(item.backup.startedAt.description)), ("sink", .text(sink.rawValue)),
                    ])
                )
            }
        }
        lines.append(
            JSONText.object([
                ("type", .text("plan")), ("job", .text(plan.job.rawValue)), ("source", .text(plan.source.rawValue)),
                ("instances", .integer(Int64(plan.instances))), ("backups", .integer(Int64(plan.items.count))),
                ("deliveries", .integer(Int64(plan.deliveries))), ("waiting", .integer(Int64(plan.waiting.count))),
                ("up_to_date", .integer(Int64(plan.upToDate))),
            ])
        )
        return lines.joined(separator: "\n") + "\n"
    }

    private static func upToDate(_ plan: Plan) -> String {
        switch plan.upToDate {
        case 0: "\(plan.instances) instance\(plan.instances == 1 ? "" : "s") with no backup to fetch"
        case 1: "1 backup is up to date"
        default: "\(plan.upToDate) backups are up to date"
        }
    }
}

/// The last line of a run.
enum RunSummaryText {
    /// For people.
    static func text(_ report: RunReport, terminal: Terminal) -> String {
        let totals = report.totals
        var parts: [String] = []
        if totals.delivered > 0 { parts.append("\(totals.delivered) delivered (\(ByteCount(totals.bytes)))") }
        if totals.emitted > 0 { parts.append("\(totals.emitted) written down") }
        if totals.failed > 0 { parts.append("\(totals.failed) failed") }
        if parts.isEmpty { parts.append("nothing delivered") }
        if report.removed > 0 { parts.append("\(report.removed) old removed") }
        parts.append(
            totals.urlsIssued == 1
                ? "1 URL issued" : "\(totals.urlsIssued == 0 ? "no" : "\(totals.urlsIssued)") URLs issued"
        )
        let seconds = (report.duration.fractionalSeconds * 10).rounded() / 10
        let style: Terminal.Style = report.state == .succeeded ? .green : .red
        return terminal.styled("Run \(report.run) \(report.state.rawValue)", style) + ": "
            + parts.joined(separator: ", ") + " in \(seconds) s."
    }
}
