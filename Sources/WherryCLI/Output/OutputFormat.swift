import ArgumentParser
import WherryCatalog

/// How a listing is printed.
enum OutputFormat: String, CaseIterable, ExpressibleByArgument {
    /// For people.
    case table
    /// An array of objects.
    case json
    /// RFC 4180, with a header.
    case csv
}

/// Prints listings: the only place that knows every format.
enum Output {
    /// A listing as text.
    static func render(_ table: ResultTable, as format: OutputFormat, to terminal: Terminal = .output) -> String {
        switch format {
        case .table: TextTable(table, terminal: terminal).text
        case .json: JSONText.array(of: table)
        case .csv: CSVText.text(of: table)
        }
    }

    /// Prints a listing, and on standard error what is to be said of it.
    static func show(_ table: ResultTable, as format: OutputFormat, empty: String, limit: Int) {
        if table.rows.isEmpty, format == .table {
            Terminal.error.line(empty)
        } else {
            Terminal.output.write(render(table, as: format))
        }
        if table.isCut {
            Terminal.error.line("Only the first \(limit) rows are shown; raise --limit for more.")
        }
    }
}
