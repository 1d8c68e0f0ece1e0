import ArgumentParser
import DepotSource
import WherryCatalog
import WherryCore
import WherryPluginKit

/// The command `wherry depot`.
struct Depot: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Keep snapshots of Redis servers that you run yourself.",
        subcommands: [Snapshot.self, Add.self, List.self, Prune.self]
    )

    /// The command `wherry depot add`.
    struct Add: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Copy RDB files into the depot as one backup of an instance.",
            discussion: """
                Each file is verified while it is copied. Several files are the shards of a cluster, in order.

                EXAMPLES
                  wherry depot add orders /var/lib/redis/dump.rdb
                  wherry depot add sessions shard0.rdb shard1.rdb shard2.rdb --remark "before the upgrade"
                """
        )

        @OptionGroup var global: GlobalOptions

        @Argument(help: "The instance's id; made when it is new.")
        var instance: String

        @Argument(help: "The RDB files.")
        var files: [String]

        @Option(help: "The depot, when the configuration has several.")
        var source: String?

        @Option(help: "The instance's name for people.")
        var name: String?

        @Option(help: "A note on this backup.")
        var remark = ""

        func run() async throws {
            try await Composition.with(global) { composition in
                let backup = try await composition.depotStore(named: source).add(
                    files,
                    to: .init(rawValue: instance),
                    name: name,
                    remark: remark
                )
                let count = files.count == 1 ? "1 file" : "\(files.count) files"
                Terminal.error.line("Added \(count), \(backup.size ?? ByteCount(0)), dumped at \(backup.startedAt).")
                Terminal.output.line(backup.id.rawValue)
            }
        }
    }

    /// The command `wherry depot list`.
    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "List the snapshots in the depot.",
            discussion: """
                EXAMPLE
                  wherry depot list --format json
                """
        )

        @OptionGroup var options: ListingOptions

        @Option(help: "The depot, when the configuration has several.")
        var source: String?

        func run() async throws {
            let config = try options.global.loadConfig(resolvingSecrets: false)
            let depot = try config.depot(named: source)
            var listing = Listing(
                [
                    "i.provider_id AS instance", "b.provider_id AS backup", "b.started_at", "f.position AS shard",
                    "f.name",
                    "f.size_bytes", "b.remark",
                ],
                from: """
                    backup_file AS f JOIN backup AS b ON b.id = f.backup_id JOIN instance AS i ON i.id = b.instance_id
                    JOIN source AS s ON s.id = i.source_id
                    """,
                order: "i.provider_id, b.started_at DESC, b.id, f.position"
            )
            listing.filter("s.name = ?", depot.name.rawValue)
            listing.filter("b.state <> ?", "expired")
            try options.show(
                listing,
                empty: "The depot is empty. Take one: wherry depot snapshot ADDRESS --instance NAME"
            )
        }
    }
}

extension Config {
    /// The source that is a depot; the one of this name when there are several.
    func depot(named name: String?) throws -> SourceConfig {
        let depots = sources.filter { $0.plugin == DepotSourcePlugin.descriptor.id }
        let fitting = depots.filter { name == nil || $0.name.rawValue == name }
        if fitting.count == 1, let depot = fitting.first { return depot }
        let names = depots.map(\.name.rawValue).joined(separator: ", ")
        throw Failure(
            depots.isEmpty ? .configuration : .usage,
            code: "depot.which",
            depots.isEmpty
                ? "The configuration has no source with plugin: depot."
                : name.map { "There is no depot \($0)." } ?? "The configuration has several depots.",
            remedy: depots.isEmpty ? "Add one under sources:, see wherry init." : "Name one with --source: \(names)."
        )
    }
}

extension Composition {
    /// Takes snapshots into the depot of this name, see ``Config/depot(named:)``.
    func depotStore(named name: String? = nil) throws -> DepotStore {
        let depot = try config.depot(named: name)
        return DepotStore(
            folder: try depot.options.required("folder"),
            inventory: inventory(of: depot),
            clock: clock,
            random: random
        )
    }
}
