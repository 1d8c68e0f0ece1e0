import WherryCatalog
import WherryCore

/// A listing as aligned columns for people.
///
/// Sizes get units, NULL is a dash, numbers stand right. On a terminal that is too narrow the widest columns are cut
/// with `…`; a pipe gets everything.
struct TextTable {
    private let table: ResultTable
    private let terminal: Terminal

    init(_ table: ResultTable, terminal: Terminal) {
        self.table = table
        self.terminal = terminal
    }

    var text: String {
        let titles = table.columns.map { $0.replacing("_bytes", with: "").replacing("_", with: " ").uppercased() }
        let cells = table.rows.map { row in zip(table.columns, row).map(Self.shown) }
        var widths = titles.map(\.count)
        for row in cells { for (index, cell) in row.enumerated() { widths[index] = max(widths[index], cell.count) } }
        if terminal.isInteractive { fit(&widths, titles: titles) }
        let isNumber = table.columns.indices.map { column in
            table.rows.contains { row in
                switch row[column] {
                case .integer, .real: true
                default: false
                }
            }
        }
        func line(_ row: [String]) -> String {
            let padded = row.enumerated().map { index, cell in
                let shown = cell.count > widths[index] ? cell.prefix(max(0, widths[index] - 1)) + "…" : cell[...]
                let space = String(repeating: " ", count: max(0, widths[index] - shown.count))
                return isNumber[index] ? space + shown : String(shown) + space
            }.joined(separator: "  ")
            return String(padded.reversed().drop { $0 == " " }.reversed())
        }
        let head = terminal.styled(line(titles), .bold)
        return ([head] + cells.map(line)).joined(separator: "\n") + "\n"
    }

    /// Takes columns from the widest until the table fits.
    private func fit(_ widths: inout [Int], titles: [String]) {
        let room = terminal.width - 2 * (widths.count - 1)
        while widths.reduce(0, +) > room {
            guard let widest = widths.indices.max(by: { widths[$0] < widths[$1] }), widths[widest] > 8 else { return }
            widths[widest] -= 1
        }
    }

    /// Colors that the program put in itself stay; everything else that a terminal may obey goes.
    private static func harmless(_ text: String) -> String {
        text.hasPrefix("\u{1B}[") && text.hasSuffix("\u{1B}[0m")
            ? text : Terminal.harmless(String(text.map { $0.isNewline || $0 == "\t" ? " " : $0 }))
    }

    private static func shown(_ column: String, _ cell: ResultTable.Cell) -> String {
        switch cell {
        case .null: "-"
        case .integer(let value) where column.hasSuffix("bytes"): ByteCount(value).description
        case .integer(let value) where column == "overdue": value == 0 ? "no" : "yes"
        case .integer(let value): String(value)
        case .real(let value): String(value)
        case .text(let text): harmless(text)
        case .blob(let bytes): "\(bytes.count) bytes"
        }
    }
}
