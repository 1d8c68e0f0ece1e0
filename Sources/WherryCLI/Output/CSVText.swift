import WherryCatalog

/// CSV as RFC 4180 has it, with a header line; NULL is an empty field.
enum CSVText {
    /// The whole table.
    static func text(of table: ResultTable) -> String {
        let lines = [table.columns.map(field)] + table.rows.map { $0.map(value) }
        return lines.map { $0.joined(separator: ",") + "\r\n" }.joined()
    }

    private static func value(_ cell: ResultTable.Cell) -> String {
        switch cell {
        case .null: ""
        case .integer(let value): String(value)
        case .real(let value): String(value)
        case .text(let text): field(text)
        case .blob(let bytes): bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
        }
    }

    private static func field(_ text: String) -> String {
        guard text.contains(where: { $0 == "," || $0 == "\"" || $0.isNewline }) else { return text }
        return "\"" + text.replacing("\"", with: "\"\"") + "\""
    }
}
