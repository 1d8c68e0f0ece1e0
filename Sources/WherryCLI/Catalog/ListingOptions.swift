import ArgumentParser
import WherryCatalog
import WherryCore

/// The options that every listing has.
struct ListingOptions: ParsableArguments {
    @OptionGroup var global: GlobalOptions

    @Option(help: "table for people, json or csv for machines.")
    var format = OutputFormat.table

    @Option(help: "The most rows to show.")
    var limit = 100

    func validate() throws {
        guard limit > 0 else { throw ValidationError("--limit takes a number from 1 up.") }
    }

    /// Runs and prints a listing.
    func show(_ listing: Listing, empty: String) throws {
        let catalog = try ReadOnlySQL(path: global.catalogPath())
        Output.show(try listing.rows(of: catalog, limit: limit), as: format, empty: empty, limit: limit)
    }
}

/// A moment on the command line: `2026-11-23`, `2026-11-23T04:00:00Z`, or an age such as `7d`.
struct SinceArgument: ExpressibleByArgument {
    let text: String

    init?(argument: String) {
        if let duration = DurationText.parse(argument) {
            text = (SystemClock().now - duration).description
        } else if let moment = Timestamp(argument) ?? Timestamp(argument + "T00:00:00Z") {
            text = moment.description
        } else {
            return nil
        }
    }
}
