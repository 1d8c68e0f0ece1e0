import WherryCatalog
import WherryCore
import WherryEngine

/// The half of `wherry prune` that removes old copies.
struct PruneCopies {
    let composition: Composition
    let format: OutputFormat
    /// Whether nothing is removed.
    let isDry: Bool
    /// Whether what stays is shown, too.
    let showsAll: Bool

    /// Prunes sink after sink; the trouble of one keeps no other from its turn.
    ///
    /// - Returns: the exit status.
    func run(_ sinks: [SinkConfig]) async throws -> Int32 {
        var rows: [[ResultTable.Cell]] = []
        var counts = (leaving: 0, staying: 0)
        var code: Int32 = 0
        func tell(_ failure: Failure) {
            Terminal.error.write(ErrorReport.text(failure, asJSON: format == .json))
            if code == 0 { code = failure.failureClass.exitCode }
        }
        for config in sinks {
            guard let policy = config.keep else { continue }
            do {
                let sink = try await composition.make(config)
                let groups = try await composition.pruner.decide(sink.name, by: policy)
                var words: [Int64: String] = [:]
                if isDry {
                    for copy in groups.flatMap(\.leaving) { words[copy.delivery] = "leaves" }
                } else {
                    let outcome = try await composition.pruner.prune(groups, from: sink.sink, named: sink.name)
                    for copy in outcome.removed { words[copy.delivery] = "removed" }
                    for copy in outcome.missing { words[copy.delivery] = "missing" }
                    for failure in outcome.failures { tell(failure) }
                }
                for decision in groups.flatMap(\.decisions) {
                    let word = words[decision.copy.delivery]
                    if word == nil { counts.staying += 1 } else if word != "missing" { counts.leaving += 1 }
                    if word != nil || showsAll { rows.append(row(decision, word ?? "stays", of: sink.name)) }
                }
            } catch {
                let failure = Failure.wrap(error, during: "pruning the sink \(config.name)")
                if failure.failureClass == .cancelled { throw failure }
                tell(failure)
            }
        }
        if !rows.isEmpty || format != .table {
            let columns = ["what", "sink", "instance", "backup", "backup_started_at", "size_bytes", "kept_as"]
            Output.show(ResultTable(columns: columns, rows: rows), as: format, empty: "", limit: rows.count)
        }
        if format == .table {
            let word = counts.leaving == 1 ? "copy" : "copies"
            Terminal.output.line(
                "\(counts.leaving) old \(word) \(isDry ? "would be removed" : "removed"), \(counts.staying) stay."
            )
        }
        return code
    }

    private func row(_ decision: CopyGroup.Decision, _ word: String, of sink: SinkName) -> [ResultTable.Cell] {
        let copy = decision.copy
        return [
            .text(word), .text(sink.rawValue), .text(copy.key.instance.rawValue), .text(copy.key.backup.rawValue),
            .text(copy.startedAt.description), copy.size.map { .integer($0) } ?? .null,
            decision.reasons.isEmpty ? .null : .text(decision.reasons.joined(separator: " ")),
        ]
    }
}
