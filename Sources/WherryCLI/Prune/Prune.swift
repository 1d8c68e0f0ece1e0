import ArgumentParser
import WherryCatalog
import WherryCore
import WherryEngine
import WherryPluginKit

/// The command `wherry prune`.
struct Prune: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Remove from sinks what nobody needs any more.",
        discussion: """
            --copies removes the copies that a sink does not keep by the rules of keep: in the configuration, as every run \
            does at its end. The newest copy of an instance always stays, and while something that stays is not seen to be \
            there, so do all others. What was removed stays in the catalog's history, and is not delivered again.

            --uploads drops unfinished uploads with their parts: those that runs of this catalog began and nobody has gone \
            on with for --older-than. They take room at the store, and no listing of objects shows them. Whatever was \
            completed stays.

            Not while a run is at work.

            EXAMPLES
              wherry prune --copies --dry-run --all
              wherry prune --copies
              wherry prune --uploads --older-than 0s --sink offsite
            """
    )

    @OptionGroup var global: GlobalOptions

    @Flag(help: "Remove copies that their sink does not keep.")
    var copies = false

    @Flag(name: [.customShort("n"), .long], help: "With --copies: show what would be removed, and remove nothing.")
    var dryRun = false

    @Flag(help: "With --copies: show what stays too, and which rule keeps it.")
    var all = false

    @Flag(help: "Drop uploads that never came to their end.")
    var uploads = false

    @Option(help: ArgumentHelp("With --uploads: only what nobody has touched for so long.", valueName: "duration"))
    var olderThan = "1d"

    @Option(help: ArgumentHelp("Only at this sink; may be given again. All when left out.", valueName: "name"))
    var sink: [String] = []

    @Option(help: "table for people, json or csv for machines.")
    var format = OutputFormat.table

    func run() async throws {
        guard uploads != copies else {
            throw Failure(
                .usage,
                code: "prune.nothing",
                uploads ? "--copies and --uploads are two things." : "Nothing is named to prune.",
                remedy: uploads ? "Prune one after the other." : "Say --copies or --uploads."
            )
        }
        let age = try age()
        let code = try await Composition.with(global) { composition in
            let sinks = try composition.sinks(named: sink)
            let lock = dryRun ? nil : try RunLock(catalog: composition.catalog.path)
            defer { withExtendedLifetime(lock) {} }
            guard copies else { return await sweep(sinks, untouchedFor: age, composition) }
            guard sinks.contains(where: { $0.keep != nil }) else {
                throw Failure(
                    .configuration,
                    code: "keep.no-rules",
                    sink.isEmpty
                        ? "No sink has rules for what it keeps." : "These sinks have no rules for what they keep.",
                    remedy: "Give a sink keep: with rules such as newest: 7 or daily: 14."
                )
            }
            return try await PruneCopies(composition: composition, format: format, isDry: dryRun, showsAll: all).run(
                sinks
            )
        }
        if code != 0 { throw ExitCode(code) }
    }

    func validate() throws {
        if dryRun || all, !copies { throw ValidationError("--dry-run and --all go with --copies.") }
    }

    /// Sweeps sink after sink; the trouble of one keeps no other from its turn.
    private func sweep(_ sinks: [SinkConfig], untouchedFor age: Duration, _ composition: Composition) async -> Int32 {
        var rows: [[ResultTable.Cell]] = []
        var code: Int32 = 0
        for sink in sinks {
            do {
                let removed = try await composition.make(sink).sink.sweep(untouchedFor: age)
                rows += removed.map { [.text(sink.name.rawValue), .text($0)] }
            } catch {
                let failure = Failure.wrap(error, during: "pruning the sink \(sink.name)")
                Terminal.error.write(ErrorReport.text(failure, asJSON: format == .json))
                if code == 0 { code = failure.failureClass.exitCode }
            }
        }
        let table = ResultTable(columns: ["sink", "removed"], rows: rows)
        Output.show(table, as: format, empty: "Nothing is left over.", limit: rows.count)
        return code
    }

    private func age() throws -> Duration {
        if ["0", "0s"].contains(olderThan) { return .zero }
        guard let age = DurationText.parse(olderThan) else {
            throw Failure(
                .usage,
                code: "prune.bad-age",
                "--older-than is no duration.",
                remedy: "Write it like 12h, 7d or 0s."
            )
        }
        return age
    }
}
