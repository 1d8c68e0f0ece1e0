import WherryCatalog
import WherryCore

/// How an error is told: `error: …` and `help: …` for people, one JSON object for machines.
enum ErrorReport {
    /// The lines for standard error.
    static func text(_ failure: Failure, asJSON: Bool = false, terminal: Terminal = .error) -> String {
        if asJSON {
            let members: [(String, ResultTable.Cell)] = [
                ("type", .text("error")),
                ("class", .text(failure.failureClass.rawValue)),
                ("code", .text(failure.code)),
                ("message", .text(failure.message)),
                ("remedy", failure.remedy.map { .text($0) } ?? .null),
            ]
            return JSONText.object(members) + "\n"
        }
        let error = terminal.styled("error:", .red) + " " + Terminal.harmless(failure.message) + "\n"
        guard let remedy = failure.remedy else { return error }
        return error + terminal.styled("help:", .cyan) + "  " + Terminal.harmless(remedy) + "\n"
    }
}
