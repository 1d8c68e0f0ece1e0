import ArgumentParser
import WherryCatalog
import WherryCore

/// The command `wherry sql`.
struct RunSQL: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sql",
        abstract: "Ask the catalog anything, read-only.",
        discussion: """
            Takes a SELECT, the name of a saved query, or - for standard input. The catalog is opened read-only and only
            reading is allowed; docs/catalog.md describes the views.

            EXAMPLES
              wherry sql --list
              wherry sql overdue
              wherry sql "SELECT instance, count(*) FROM url_history GROUP BY instance"
              wherry sql - < report.sql
            """
    )

    @OptionGroup var global: GlobalOptions

    @Argument(help: "A SELECT, the name of a saved query, or - for standard input.")
    var query: String?

    @Option(help: "table for people, json or csv for machines.")
    var format = OutputFormat.table

    @Option(help: "The most rows to show.")
    var limit = 1_000

    @Option(help: "The most seconds a query may take.")
    var timeout = 10

    @Flag(help: "List the saved queries.")
    var list = false

    @Flag(
        name: .customLong("reveal-urls"),
        help: "Let the query read whole signed URLs from issued_url. Whoever sees them can fetch the backups."
    )
    var revealURLs = false

    func validate() throws {
        guard limit > 0, timeout > 0 else { throw ValidationError("--limit and --timeout take numbers from 1 up.") }
    }

    func run() async throws {
        if list {
            let rows: [[ResultTable.Cell]] = SavedQuery.all.map { [.text($0.name), .text($0.question)] }
            let table = ResultTable(columns: ["name", "question"], rows: rows)
            return Output.show(table, as: format, empty: "", limit: limit)
        }
        let catalog = try ReadOnlySQL(path: global.catalogPath(), revealsURLs: revealURLs)
        let table = try catalog.run(try text(), rowLimit: limit, timeLimit: .seconds(timeout))
        Output.show(table, as: format, empty: "No rows.", limit: limit)
    }

    private func text() throws -> String {
        guard let query, query != "-" else {
            guard query == "-" || !Terminal.input.isInteractive else {
                throw Failure(
                    .usage,
                    code: "sql.no-query",
                    "There is no query.",
                    remedy: "Write wherry sql 'SELECT …', or wherry sql --list for saved ones."
                )
            }
            return Terminal.input.readAll(limit: 1 << 20)
        }
        if let saved = SavedQuery.all.first(where: { $0.name == query }) { return saved.sql }
        if !query.contains(where: \.isWhitespace), !query.isEmpty {
            let names = SavedQuery.all.map(\.name)
            let near = Spelling.nearest(to: query, in: names).map { "Did you mean \($0)? " } ?? ""
            throw Failure(
                .usage,
                code: "sql.no-query",
                "There is no saved query \(query).",
                remedy: near + "List them with wherry sql --list."
            )
        }
        return query
    }
}
