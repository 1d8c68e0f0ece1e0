import ArgumentParser
import WherryCatalog
import WherryCore
import WherryEngine
import WherryPluginKit
import WherryTransfer

/// The command `wherry check`.
struct Check: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Validate the configuration, reach every source and sink, and say what is wrong.",
        discussion: """
            Exit status: 0 when everything works (warnings included), else that of the first error.

            --write also stores an empty RDB file in each sink that takes bytes, through its pipeline, looks whether it is
            there, and removes it again; not while a run is at work. A store that keeps versions keeps this one too.

            EXAMPLES
              wherry check --config /etc/wherry/wherry.yaml
              wherry check --write
            """
    )

    @OptionGroup var global: GlobalOptions

    @Flag(help: "Store a small file in every sink, look whether it is there, and remove it again.")
    var write = false

    @Option(help: "table for people, json or csv for machines.")
    var format = OutputFormat.table

    private struct Line: Sendable {
        var part: String
        var finding: Finding
        var exitCode: Int32 = 0
    }

    func run() async throws {
        let lines = try await Composition.with(global) { composition in
            let lock = write ? try RunLock(catalog: composition.catalog.path) : nil
            defer { withExtendedLifetime(lock) {} }
            var lines = [Line(part: "config", finding: Finding(.ok, "\(global.configPath) is valid."))]
            lines += composition.config.warnings.map { problem in
                let message = "line \(problem.position.line): \(problem.message)"
                return Line(part: "config", finding: Finding(.warning, message, remedy: problem.remedy))
            }
            lines.append(Line(part: "catalog", finding: Finding(.ok, "\(composition.catalog.path) is open.")))
            for source in composition.config.sources {
                lines += await Self.lines("source \(source.name)") {
                    try await Caller.$current.withValue(composition.person) {
                        try await composition.make(source).source.check()
                    }
                }
            }
            for sink in composition.config.sinks {
                let found = await Self.lines("sink \(sink.name)") {
                    let sink = try await composition.make(sink)
                    return try await sink.sink.check() + (sink.pipeline?.check() ?? [])
                }
                lines += found
                guard write, !found.contains(where: { $0.finding.level == .error }) else { continue }
                lines += await Self.lines("sink \(sink.name)") {
                    try await composition.probe().findings(of: composition.make(sink))
                }
            }
            return lines
        }
        show(lines)
        if let code = lines.first(where: { $0.finding.level == .error })?.exitCode { throw ExitCode(code) }
    }

    private static func lines(_ part: String, _ check: () async throws -> [Finding]) async -> [Line] {
        do {
            return try await check().map {
                Line(part: part, finding: $0, exitCode: FailureClass.configuration.exitCode)
            }
        } catch {
            let failure = Failure.wrap(error, during: "checking the \(part)")
            let finding = Finding(.error, failure.message, remedy: failure.remedy)
            return [Line(part: part, finding: finding, exitCode: failure.failureClass.exitCode)]
        }
    }

    private func show(_ lines: [Line]) {
        guard format == .table else {
            let rows = lines.map { line -> [ResultTable.Cell] in
                [
                    .text(line.part), .text(line.finding.level.rawValue), .text(line.finding.message),
                    line.finding.remedy.map { .text($0) } ?? .null,
                ]
            }
            let table = ResultTable(columns: ["part", "level", "message", "remedy"], rows: rows)
            return Terminal.output.write(Output.render(table, as: format))
        }
        for line in lines {
            let (mark, style): (String, Terminal.Style) =
                switch line.finding.level {
                case .ok: ("✓", .green)
                case .warning: ("!", .yellow)
                case .error: ("✗", .red)
                }
            Terminal.output.line(
                "\(Terminal.output.styled(mark, style)) \(line.part): \(Terminal.harmless(line.finding.message))"
            )
            if let remedy = line.finding.remedy { Terminal.output.line("    help: \(remedy)") }
        }
    }
}
