import ArgumentParser
import WherryCore
import WherryEngine

/// The command `wherry backups`.
struct Backups: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "List the backups that the catalog knows, newest first.",
        discussion: """
            EXAMPLES
              wherry backups crs-c7xq4kqu --refresh
              wherry backups --since 7d --state available --format csv
            """
    )

    @OptionGroup var options: ListingOptions

    @Argument(help: "Only backups of this instance.")
    var instance: String?

    @Option(help: "Only backups of this source.")
    var source: String?

    @Option(help: "Only backups in this state.")
    var state: BackupStateArgument?

    @Option(help: "Only backups started since: 7d, 2026-11-23 or 2026-11-23T04:00:00Z.")
    var since: SinceArgument?

    @Flag(help: "Ask the sources for what they have now, and record it.")
    var refresh = false

    func run() async throws {
        if refresh {
            try await Composition.with(options.global) { composition in
                for source in try await composition.sources(named: source) {
                    try await Caller.$current.withValue(composition.person) { try await ask(source, composition) }
                }
            }
        }
        var listing = Listing(
            [
                "s.name AS source", "i.provider_id AS instance", "b.provider_id AS backup", "b.started_at", "b.kind",
                "b.state", "b.size_bytes",
                """
                (SELECT group_concat(d.sink, ' ') FROM delivery AS d
                    WHERE d.backup_id = b.id AND d.state = 'delivered'
                        AND d.removed_at IS NULL AND d.gone_at IS NULL) AS copies
                """,
                "b.remark",
            ],
            from: "backup AS b JOIN instance AS i ON i.id = b.instance_id JOIN source AS s ON s.id = i.source_id",
            order: "b.started_at DESC, b.id DESC"
        )
        listing.filter("s.name = ?", source)
        listing.filter("i.provider_id = ?", instance)
        listing.filter("b.state = ?", state?.rawValue)
        listing.filter("b.started_at >= ?", since?.text)
        try options.show(listing, empty: "The catalog knows no such backups. Ask the sources: wherry backups --refresh")
    }

    private func ask(_ source: ConfiguredSource, _ composition: Composition) async throws {
        let known = try await composition.discovery.instances(of: source)
        for one in known where instance == nil || one.id.rawValue == instance {
            _ = try await composition.discovery.backups(of: one.id, in: source, since: nil)
        }
    }
}
