import ArgumentParser
import DepotSource
import WherryCatalog
import WherryCore
import WherryPluginKit

extension Depot {
    /// The command `wherry depot prune`.
    struct Prune: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Remove snapshots that are older than the depot keeps.",
            discussion: """
                The files go; the rows stay in the catalog, as expired. The newest snapshot of an instance always stays,
                however old it is. The time is the depot's option `keep`, seven days when it is left out. An instance with
                a schedule has the schedule's time, and a backup that was asked for with one has its own; --older-than
                counts in place of all of these.

                EXAMPLES
                  wherry depot prune --dry-run
                  wherry depot prune --older-than 30d --instance orders
                """
        )

        @OptionGroup var global: GlobalOptions

        @Option(help: "The depot, when the configuration has several.")
        var source: String?

        @Option(help: "Only this instance's.")
        var instance: String?

        @Option(help: ArgumentHelp("The age, instead of the depot's `keep`.", valueName: "duration"))
        var olderThan: String?

        @Flag(name: [.customShort("n"), .long], help: "Print what would go, and remove nothing.")
        var dryRun = false

        @Flag(help: "Print one JSON object a line instead of text.")
        var json = false

        func run() async throws {
            try await Composition.with(global) { composition in
                let removed = try await composition.prune(
                    composition.config.depot(named: source),
                    olderThan: age(),
                    of: instance.map { .init(rawValue: $0) },
                    dryRun: dryRun
                )
                for backup in removed { show(backup) }
                guard !json else { return }
                let verb = dryRun ? "would be removed" : "removed"
                Terminal.error.line(removed.isEmpty ? "Nothing is too old." : "\(removed.count) \(verb).")
            }
        }

        private func age() throws -> Duration? {
            guard let olderThan else { return nil }
            guard let age = DurationText.parse(olderThan) else {
                throw Failure(
                    .usage,
                    code: "depot.bad-age",
                    "--older-than is no duration.",
                    remedy: "Write it like 7d or 2w."
                )
            }
            return age
        }

        private func show(_ backup: Backup) {
            if json {
                let members: [(String, ResultTable.Cell)] = [
                    ("type", .text("pruned")), ("instance", .text(backup.instance.rawValue)),
                    ("backup", .text(backup.id.rawValue)), ("started_at", .text(backup.startedAt.description)),
                    ("size_bytes", backup.size.map { .integer($0.bytes) } ?? .null),
                ]
                Terminal.output.line(JSONText.object(members))
            } else {
                Terminal.output.line("\(backup.instance)  \(backup.id)  \(backup.startedAt)")
            }
        }
    }
}

extension Composition {
    /// Removes snapshots of a depot that are past their time.
    ///
    /// - Parameters:
    ///   - age: the time for all of them; nil for what the depot keeps and callers of the service asked for.
    ///   - instance: whose; nil for all.
    func prune(
        _ depot: SourceConfig,
        olderThan age: Duration? = nil,
        of instance: Instance.ID? = nil,
        dryRun: Bool = false
    ) async throws -> [Backup] {
        try await depotStore(named: depot.name.rawValue).prune(
            olderThan: age ?? depot.keep,
            of: instance,
            dryRun: dryRun
        ) { instance in
            try await age == nil ? catalog.retention(of: instance, in: depot.name) : BackupRetention()
        }
    }
}

extension SourceConfig {
    /// How long this depot keeps snapshots.
    var keep: Duration { options.duration("keep") ?? .seconds(7 * 86_400) }
}
