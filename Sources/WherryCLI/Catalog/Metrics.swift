import ArgumentParser
import WherryCatalog
import WherryCore
import WherryPluginKit

/// The command `wherry metrics`.
struct Metrics: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Print the catalog's state as metrics for Prometheus.",
        discussion: """
            In the text format that Prometheus reads. With --output it is written to a file whole, for the textfile \
            collector of node_exporter; wherry daemon does the same by itself when the configuration names a \
            metrics_file. docs/operations.md lists the metrics, with alerts to go with them.

            EXAMPLES
              wherry metrics
              wherry metrics --output /var/lib/node_exporter/wherry.prom
            """
    )

    @OptionGroup var global: GlobalOptions

    @Option(
        name: .shortAndLong,
        help: ArgumentHelp("Write to this file, in place of standard output.", valueName: "file")
    )
    var output: String?

    func run() async throws {
        let text = try Self.text(of: ReadOnlySQL(path: global.catalogPath()))
        guard let output else { return Terminal.output.write(text) }
        try AtomicFile.write(Array(text.utf8), to: output, mode: 0o644)
    }

    /// All metrics of a catalog in Prometheus' text format, version 0.0.4.
    static func text(of catalog: ReadOnlySQL) throws -> String {
        var text = MetricFamily.build
        var answers: [String: ResultTable] = [:]
        for family in MetricFamily.all {
            let table =
                try answers[family.sql] ?? catalog.run(family.sql, rowLimit: 1_000_000, timeLimit: .seconds(60))
            answers[family.sql] = table
            text += family.text(of: table)
        }
        return text
    }
}
