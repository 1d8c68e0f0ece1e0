import WherryCatalog
import WherryCore
import WherryEngine

/// Tells a person, or a program, how a run goes.
///
/// Results go to standard output; bars to standard error, on a terminal only. With `--json` every event is one object on
/// a line of standard output.
final class RunPrinter: RunObserver {
    private let json: Bool
    private let quiet: Bool
    private let board: ProgressBoard?

    init(json: Bool, quiet: Bool, showsProgress: Bool) {
        self.json = json
        self.quiet = quiet
        board = showsProgress ? ProgressBoard() : nil
    }

    func observe(_ event: RunEvent) {
        switch event {
        case .recovered(let runs):
            say("An earlier run ended without notice; \(runs == 1 ? "it is" : "\(runs) are") marked as interrupted.")
            emit([("type", .text("recovered")), ("runs", .integer(Int64(runs)))])
        case .planned(let plan):
            if json { Terminal.output.write(PlanText.json(plan)) } else if !quiet { show(PlanText.text(plan)) }
            board?.expect(plan)
        case .started(let key, _):
            board?.started(key)
        case .received(let label, let bytes, let total):
            board?.received(bytes, of: label, total: total)
        case .adopted(let label, let bytes, let total):
            board?.adopted(bytes, of: label, total: total)
        case .delivered(let key, let sink, let receipt):
            board?.ended(key)
            delivered(key, sink, receipt)
        case .failed(let key, let sink, let failure):
            board?.ended(key)
            failed("\(key) → \(sink)", failure)
            emit([
                ("type", .text("failed")), ("instance", .text(key.instance.rawValue)),
                ("backup", .text(key.backup.rawValue)), ("sink", .text(sink.rawValue)),
                ("class", .text(failure.failureClass.rawValue)), ("code", .text(failure.code)),
                ("message", .text(failure.message)), ("remedy", failure.remedy.map { .text($0) } ?? .null),
            ])
        case .removed(let key, let sink):
            say("− \(key) removed from \(sink)", .dim)
            emit([
                ("type", .text("removed")), ("instance", .text(key.instance.rawValue)),
                ("backup", .text(key.backup.rawValue)), ("sink", .text(sink.rawValue)),
            ])
        case .abandoned(let what, let failure):
            failed(what, failure)
            emit([
                ("type", .text("abandoned")), ("what", .text(what)),
                ("class", .text(failure.failureClass.rawValue)), ("code", .text(failure.code)),
                ("message", .text(failure.message)), ("remedy", failure.remedy.map { .text($0) } ?? .null),
            ])
        }
    }

    /// Runs `body` with bars that are redrawn ten times a second.
    func showingProgress<Value: Sendable>(_ body: @escaping @Sendable () async throws -> Value) async throws -> Value {
        guard let board else { return try await body() }
        return try await Redrawing.during(body, every: .milliseconds(100)) {
            board.draw()
        } clear: {
            board.clear()
        }
    }

    /// The last words.
    func finish(_ report: RunReport) {
        if json {
            let totals = report.totals
            return Terminal.output.write(
                JSONText.object([
                    ("type", .text("summary")), ("run", .integer(report.run.rawValue)),
                    ("state", .text(report.state.rawValue)), ("planned", .integer(Int64(totals.planned))),
                    ("delivered", .integer(Int64(totals.delivered))), ("emitted", .integer(Int64(totals.emitted))),
                    ("failed", .integer(Int64(totals.failed))), ("urls_issued", .integer(Int64(totals.urlsIssued))),
                    ("bytes", .integer(totals.bytes)),
                    ("removed", .integer(Int64(report.removed))),
                    ("seconds", .real((report.duration.fractionalSeconds * 1_000).rounded() / 1_000)),
                ]) + "\n"
            )
        }
        guard !quiet else { return }
        Terminal.output.line(RunSummaryText.text(report, terminal: .output))
    }

    private func delivered(_ key: Backup.Key, _ sink: SinkName, _ receipt: Receipt) {
        let size = receipt.artifacts.reduce(Int64(0)) { $0 + ($1.size?.bytes ?? 0) }
        let count = receipt.artifacts.count
        let files = count == 1 ? "" : "\(count) files, "
        switch receipt.outcome {
        case .delivered:
            let grade = receipt.artifacts.compactMap(\.grade).min()?.rawValue ?? "?"
            say("✓ \(key) → \(sink)  \(files)\(ByteCount(size)), verified: \(grade)", .green)
        case .emitted:
            let until = receipt.validUntil.map { ", valid until \($0)" } ?? ""
            say("✓ \(key) → \(sink)  \(files)written down\(until)", .green)
        }
        for artifact in receipt.artifacts {
            emit([
                ("type", .text(receipt.outcome.rawValue)), ("instance", .text(key.instance.rawValue)),
                ("backup", .text(key.backup.rawValue)), ("sink", .text(sink.rawValue)),
                ("shard", .integer(Int64(artifact.position))), ("location", .text(artifact.location)),
                ("size_bytes", artifact.size.map { .integer($0.bytes) } ?? .null),
                ("sha256", artifact.sha256.map { .text($0.hex) } ?? .null),
                ("grade", artifact.grade.map { .text($0.rawValue) } ?? .null),
                ("valid_until", receipt.validUntil.map { .text($0.description) } ?? .null),
            ])
        }
    }

    private func failed(_ what: String, _ failure: Failure) {
        guard !json else { return }
        let remedy = failure.remedy.map { "\n    help: \($0)" } ?? ""
        let mark = Terminal.error.styled("✗ \(Terminal.harmless(what))", .red)
        above { Terminal.error.line("\(mark)  \(Terminal.harmless(failure.message))\(remedy)") }
    }

    private func say(_ text: String, _ style: Terminal.Style? = nil) {
        guard !json, !quiet else { return }
        let text = Terminal.harmless(text)
        let mark = text.prefix(1)
        let styled = style.map { Terminal.output.styled(String(mark), $0) + text.dropFirst() } ?? text
        show(styled + "\n")
    }

    private func show(_ text: String) { above { Terminal.output.write(text) } }

    /// Prints without tearing the bars.
    private func above(_ body: () -> Void) {
        if let board { board.interrupted(by: body) } else { body() }
    }

    private func emit(_ members: [(String, ResultTable.Cell)]) {
        if json { Terminal.output.write(JSONText.object(members) + "\n") }
    }
}
