import ArgumentParser

/// The command `wherry history`.
struct History: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "List the URLs that were issued: when, to whom, until when. Signed parts are hidden.",
        discussion: """
            EXAMPLES
              wherry history --since 1d
              wherry history --instance crs-c7xq4kqu --asked-by 'job:*'
              wherry history --valid --format json
            """
    )

    @OptionGroup var options: ListingOptions

    @Option(help: "Only URLs of this instance's backups.")
    var instance: String?

    @Option(help: "Only URLs of this backup.")
    var backup: String?

    @Option(help: "Only URLs of this source.")
    var source: String?

    @Option(help: "Only URLs that this caller asked for; * and ? are wildcards.")
    var askedBy: String?

    @Option(help: "Only URLs issued since: 7d, 2026-11-23 or 2026-11-23T04:00:00Z.")
    var since: SinceArgument?

    @Flag(help: "Only URLs that work now.")
    var valid = false

    func run() async throws {
        var listing = Listing(
            [
                "issued_at", "expires_at", "asked_by", "source", "instance", "backup", "shard",
                "intranet_url", "extranet_url",
            ],
            from: valid ? "valid_urls" : "url_history",
            order: "issued_at DESC, url_id DESC"
        )
        listing.filter("instance = ?", instance)
        listing.filter("backup = ?", backup)
        listing.filter("source = ?", source)
        listing.filter("asked_by GLOB ?", askedBy)
        listing.filter("issued_at >= ?", since?.text)
        try options.show(listing, empty: "No such URL was issued yet.")
    }
}
