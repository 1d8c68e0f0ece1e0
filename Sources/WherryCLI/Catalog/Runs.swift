import ArgumentParser

/// The command `wherry runs`.
struct Runs: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "List runs, newest first.",
        discussion: """
            EXAMPLE
              wherry runs --state failed --limit 5
            """
    )

    @OptionGroup var options: ListingOptions

    @Option(help: "Only runs in this state.")
    var state: RunStateArgument?

    @Option(help: "Only runs started since: 7d, 2026-11-23 or 2026-11-23T04:00:00Z.")
    var since: SinceArgument?

    func run() async throws {
        var listing = Listing(
            [
                "run", "state", "started_at", "seconds", "jobs", "planned", "delivered", "emitted",
                "failed", "urls_issued", "bytes", "failure_message",
            ],
            from: "run_history",
            order: "started_at DESC, run DESC"
        )
        listing.filter("state = ?", state?.rawValue)
        listing.filter("started_at >= ?", since?.text)
        try options.show(listing, empty: "There was no run yet. Start one: wherry run")
    }
}
