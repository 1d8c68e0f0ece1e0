import WherryTestSupport

/// The result as Markdown.
struct Table {
    let behaviors: [FaultBehavior]
    let tools: [Tool]
    let cells: [CellKey: Cell]
    let size: Int64

    /// A row for each behavior, then the counts.
    var markdown: String {
        var lines = [
            line(["behavior", "a right client"] + tools.map(\.name)),
            line(Array(repeating: "---", count: tools.count + 2)),
        ]
        for (row, behavior) in behaviors.enumerated() {
            let verdicts = tools.indices.map { verdict(row, $0)?.rawValue ?? "" }
            lines.append(line([behavior.name, behavior.expectation.rawValue] + verdicts))
        }
        lines.append(line(["**in all: \(legend)**", ""] + tools.indices.map(counts)))
        lines.append(line(["**as a right client**", "\(behaviors.count)"] + tools.indices.map { "\(right($0))" }))
        return lines.joined(separator: "\n")
    }

    private var legend: String { Cell.Verdict.allCases.map(\.rawValue).joined(separator: "/") }

    private func verdict(_ row: Int, _ column: Int) -> Cell.Verdict? {
        cells[CellKey(row: row, column: column)]?.verdict
    }

    private func counts(_ column: Int) -> String {
        Cell.Verdict.allCases.map { kind in
            "\(behaviors.indices.count { verdict($0, column) == kind })"
        }.joined(separator: "/")
    }

    /// How many rows end as they do for a right client, nothing wrong under the final name.
    private func right(_ column: Int) -> Int {
        behaviors.indices.count { row in
            switch (behaviors[row].expectation, verdict(row, column)) {
            case (.recovers, .ok), (.mayEither, .ok), (.mayEither, .fails), (.mustFail, .fails): true
            default: false
            }
        }
    }

    private func line(_ cells: [String]) -> String { "| " + cells.joined(separator: " | ") + " |" }
}
