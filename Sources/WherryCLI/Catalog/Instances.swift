import ArgumentParser
import WherryCore
import WherryEngine

/// The command `wherry instances`.
struct Instances: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "List the Redis instances that the catalog knows.",
        discussion: """
            EXAMPLES
              wherry instances --refresh          ask the sources first
              wherry instances --source prod --format json
            """
    )

    @OptionGroup var options: ListingOptions

    @Option(help: "Only instances of this source.")
    var source: String?

    @Flag(help: "Ask the sources for what they have now, and record it.")
    var refresh = false

    func run() async throws {
        if refresh {
            try await Composition.with(options.global) { composition in
                for source in try await composition.sources(named: source) {
                    _ = try await Caller.$current.withValue(composition.person) {
                        try await composition.discovery.instances(of: source)
                    }
                }
            }
        }
        var listing = Listing(
            [
                "s.name AS source", "i.provider_id AS instance", "i.name", "i.topology", "i.state", "i.engine",
                "i.memory_bytes", "(SELECT count(*) FROM backup AS b WHERE b.instance_id = i.id) AS backups",
                "i.last_seen_at",
            ],
            from: "instance AS i JOIN source AS s ON s.id = i.source_id",
            order: "s.name, i.provider_id"
        )
        listing.filter("s.name = ?", source)
        try options.show(
            listing,
            empty: "The catalog knows no instances yet. Ask the sources: wherry instances --refresh"
        )
    }
}
