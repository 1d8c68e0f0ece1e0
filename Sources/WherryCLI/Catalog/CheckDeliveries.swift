import ArgumentParser
import WherryCatalog
import WherryCore
import WherryEngine
import WherryPluginKit

/// The command `wherry deliveries check`.
struct CheckDeliveries: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Ask the sinks whether what was delivered is still there.",
        discussion: """
            By name and size, without reading it. Shows what is gone, and where nobody could look; --all shows what is \
            there too. --again notes what is gone, so that the next run that selects the backup delivers it again, as \
            long as its source has it; not while a run is at work. What was noted and is there after all counts again.

            Exit status: 66 when something is gone, else 0.

            EXAMPLES
              wherry deliveries check
              wherry deliveries check --sink offsite --since 7d --all
              wherry deliveries check --again; wherry run
            """
    )

    @OptionGroup var global: GlobalOptions

    @Option(help: "Only copies in this sink.")
    var sink: String?

    @Option(help: "Only copies of this instance's backups.")
    var instance: String?

    @Option(help: "Only what was delivered since: 7d, 2026-11-23 or 2026-11-23T04:00:00Z.")
    var since: SinceArgument?

    @Flag(help: "Show what is there, too.")
    var all = false

    @Flag(help: "Have the next run deliver again what is gone.")
    var again = false

    @Flag(help: "With --again: also when nothing of a sink is there.")
    var force = false

    @Option(help: "table for people, json or csv for machines.")
    var format = OutputFormat.table

    private struct Look: Sendable {
        var copy: StoredCopy
        var presence: Presence
    }

    /// How many copies of one sink are looked at at once.
    private static let atOnce = 4

    func run() async throws {
        let looks = try await Composition.with(global) { composition in
            // What a run removes on purpose meanwhile must not be taken for gone.
            let lock = again ? try RunLock(catalog: composition.catalog.path) : nil
            defer { withExtendedLifetime(lock) {} }
            let copies = try await composition.catalog.copies(
                in: sink.map { SinkName(rawValue: $0) },
                of: instance.map { Instance.ID(rawValue: $0) },
                since: since.flatMap { Timestamp($0.text) },
                includingGone: true
            )
            if let sink, copies.isEmpty { _ = try composition.sinks(named: [sink]) }
            var looks: [Look] = []
            for name in Set(copies.map(\.sink)).sorted(by: { $0.rawValue < $1.rawValue }) {
                looks += try await Self.look(at: copies.filter { $0.sink == name }, in: name, composition)
            }
            try await note(looks, composition)
            return looks
        }
        show(looks)
        if looks.contains(where: { $0.presence == .absent }) { throw ExitCode(FailureClass.notFound.exitCode) }
    }

    /// Notes what came back, and with `--again` what is gone.
    private func note(_ looks: [Look], _ composition: Composition) async throws {
        let back = looks.filter { $0.copy.isGone && $0.presence == .present }
        if !back.isEmpty { try await composition.catalog.noteThere(back.map(\.copy.delivery)) }
        guard again else { return }
        let gone = looks.filter { $0.presence == .absent && !$0.copy.isGone }
        for (name, looks) in Dictionary(grouping: looks, by: \.copy.sink) where looks.count > 1 && !force {
            guard looks.allSatisfy({ $0.presence == .absent }), looks.contains(where: { !$0.copy.isGone }) else {
                continue
            }
            throw Failure(
                .conflict,
                code: "deliveries.all-gone",
                "Not one of the \(looks.count) copies in \(name) is there, so none was noted as gone.",
                remedy: "Is its disk mounted, and its place still the one of the configuration? Else add --force."
            )
        }
        if !gone.isEmpty {
            try await composition.catalog.noteGone(gone.map(\.copy.delivery), at: composition.clock.now)
        }
    }

    /// The copies of one sink, in their order.
    private static func look(
        at copies: [StoredCopy],
        in name: SinkName,
        _ composition: Composition
    ) async throws -> [Look] {
        guard let config = composition.config.sinks.first(where: { $0.name == name }) else {
            return copies.map { Look(copy: $0, presence: .unknown("This sink is no longer in the configuration.")) }
        }
        let sink: any Sink
        do {
            sink = try await composition.make(config).sink
        } catch let failure as Failure {
            return copies.map { Look(copy: $0, presence: .unknown(failure.message)) }
        }
        return try await withThrowingTaskGroup(of: (Int, Presence).self) { group in
            var found: [Int: Presence] = [:]
            for (number, copy) in copies.enumerated() {
                if number >= atOnce, let (done, presence) = try await group.next() { found[done] = presence }
                group.addTask { (number, try await presence(of: copy, in: sink)) }
            }
            for try await (done, presence) in group { found[done] = presence }
            return copies.enumerated().map { Look(copy: $1, presence: found[$0] ?? .unknown("Nobody looked.")) }
        }
    }

    private static func presence(of copy: StoredCopy, in sink: any Sink) async throws -> Presence {
        do {
            return try await sink.presence(of: copy.receipt)
        } catch let failure as Failure {
            return .unknown(failure.message)
        }
    }

    private func show(_ looks: [Look]) {
        let rows = looks.filter { all || $0.presence != .present }.map { look -> [ResultTable.Cell] in
            let (word, reason): (String, String?) =
                switch look.presence {
                case .present: ("present", nil)
                case .absent: ("absent", nil)
                case .unknown(let reason): ("unknown", reason)
                }
            return [
                .text(word), .text(look.copy.sink.rawValue), .text(look.copy.key.instance.rawValue),
                .text(look.copy.key.backup.rawValue), .text(look.copy.deliveredAt.description),
                .text(look.copy.receipt.artifacts.first?.location ?? ""), reason.map { .text($0) } ?? .null,
            ]
        }
        let columns = ["presence", "sink", "instance", "backup", "delivered_at", "location", "reason"]
        if !rows.isEmpty || format != .table {
            Output.show(ResultTable(columns: columns, rows: rows), as: format, empty: "", limit: .max)
        }
        guard format == .table else { return }
        let gone = looks.count { $0.presence == .absent }
        let there = looks.count { $0.presence == .present }
        guard !looks.isEmpty else {
            let isFiltered = sink != nil || instance != nil || since != nil
            return Terminal.error.line(
                isFiltered
                    ? "Nothing that was delivered fits." : "Nothing was delivered yet. Run a job: wherry run"
            )
        }
        Terminal.output.line(
            "Of \(looks.count) copies \(there) are there, \(gone) gone; "
                + "\(looks.count - there - gone) could not be looked at."
        )
        guard gone > 0 else { return }
        Terminal.output.line(
            again
                ? "The next run that selects them delivers them again, as long as their source has them: wherry run"
                : "To have what is gone delivered again: wherry deliveries check --again"
        )
    }
}
