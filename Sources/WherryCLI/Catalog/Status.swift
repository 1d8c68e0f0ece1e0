import ArgumentParser
import WherryCatalog
import WherryCore

/// The command `wherry status`.
struct Status: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Show what is next, how the last runs went, and which instances lack a young copy.",
        discussion: """
            --check is for monitoring: it ends with 3 when a copy is overdue, a scheduled job fails, or one \
            should have started more than ten minutes ago; what is wrong is the first line.

            EXAMPLES
              wherry status
              wherry status --check
              wherry status --json
            """
    )

    @OptionGroup var global: GlobalOptions

    @Flag(help: "End with 3 when something is wrong, and say what in the first line.")
    var check = false

    @Flag(help: "Print one JSON object instead of text.")
    var json = false

    func run() async throws {
        let catalog = try ReadOnlySQL(path: global.catalogPath())
        let report = try StatusReport(of: catalog)
        if json {
            Terminal.output.write(report.json)
        } else {
            if check { Terminal.output.line(report.verdict(for: .output)) }
            Terminal.output.write(report.text(for: .output))
        }
        if check, !report.complaints.isEmpty { throw ExitCode(3) }
    }
}
