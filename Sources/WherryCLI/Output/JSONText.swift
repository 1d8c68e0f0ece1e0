import WherryCatalog

/// JSON for machines: keys in the order of the columns, one object a line, values unrounded.
enum JSONText {
    /// An array of objects, one a line.
    static func array(of table: ResultTable) -> String {
        if table.rows.isEmpty { return "[]\n" }
        return "[\n" + table.rows.map { "  " + object(zip(table.columns, $0)) }.joined(separator: ",\n") + "\n]\n"
    }

    /// One object on one line.
    static func object(_ members: some Sequence<(String, ResultTable.Cell)>) -> String {
        "{" + members.map { "\(string($0)): \(value($1))" }.joined(separator: ", ") + "}"
    }

    /// A text with everything escaped that JSON wants escaped (RFC 8259, section 7).
    static func string(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            case "\r": result += "\\r"
            case "\t": result += "\\t"
            case _ where scalar.value < 0x20 || scalar.value == 0x7F:
                let digits = String(scalar.value, radix: 16)
                result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }

    private static func value(_ cell: ResultTable.Cell) -> String {
        switch cell {
        case .null: "null"
        case .integer(let value): String(value)
        case .real(let value): value.isFinite ? String(value) : "null"
        case .text(let text): string(text)
        case .blob(let bytes): string(bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined())
        }
    }
}
