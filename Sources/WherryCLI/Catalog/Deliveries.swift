import ArgumentParser
import WherryCatalog
import WherryCore
import WherryPluginKit

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// The command `wherry deliveries`.
struct Deliveries: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract:
            "List where backups were delivered to, look whether they are there, or confirm what a script fetched.",
        subcommands: [List.self, CheckDeliveries.self, Confirm.self],
        defaultSubcommand: List.self
    )

    /// The command `wherry deliveries list`.
    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "List deliveries, newest first.",
            discussion: """
                EXAMPLES
                  wherry deliveries --state failed --since 7d
                  wherry deliveries --instance crs-c7xq4kqu --sink disk --format json
                """
        )

        @OptionGroup var options: ListingOptions

        @Option(help: "Only deliveries of this instance's backups.")
        var instance: String?

        @Option(help: "Only deliveries of this backup.")
        var backup: String?

        @Option(help: "Only deliveries to this sink.")
        var sink: String?

        @Option(help: "Only deliveries in this state.")
        var state: DeliveryStateArgument?

        @Option(help: "Only deliveries that ended since: 7d, 2026-11-23 or 2026-11-23T04:00:00Z.")
        var since: SinceArgument?

        /// What a delivery is now: a copy that is not there any more is said to be so.
        private static let state = """
            CASE WHEN removed_at IS NOT NULL THEN 'removed' WHEN gone_at IS NOT NULL THEN 'gone' ELSE state END
            """

        func run() async throws {
            var listing = Listing(
                [
                    "ended_at",
                    "\(Self.state) AS state",
                    "sink", "instance", "backup", "shard", "size_bytes", "grade",
                    "location", "failure_message",
                ],
                from: "delivery_history",
                order: "ended_at DESC, delivery_id DESC, shard"
            )
            listing.filter("instance = ?", instance)
            listing.filter("backup = ?", backup)
            listing.filter("sink = ?", sink)
            listing.filter("\(Self.state) = ?", state?.rawValue)
            listing.filter("ended_at >= ?", since?.text)
            try options.show(listing, empty: "Nothing was delivered yet. Run a job: wherry run")
        }
    }

    /// The command `wherry deliveries confirm`.
    struct Confirm: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Take the receipt files that an emitted script wrote: their files become delivered.",
            discussion: """
                EXAMPLES
                  wherry deliveries confirm wherry-run12.sh.receipt
                  wherry deliveries confirm wherry-run12.sh.*.receipt
                """
        )

        @OptionGroup var global: GlobalOptions

        @Argument(help: "The receipt files.")
        var files: [String]

        func run() async throws {
            // All are read before the first is taken.
            let receipts = try files.map(Self.receipt)
            let now = SystemClock().now
            let catalog = try Catalog(path: global.catalogPath(), now: now)
            for receipt in receipts { Terminal.output.line(try await Self.confirm(receipt, in: catalog, at: now)) }
        }

        private static func receipt(at file: String) throws -> ConfirmationFile {
            guard let data = FileManager.default.contents(atPath: file) else {
                throw Failure(
                    .notFound,
                    code: "receipt.no-file",
                    "The receipt \(file) cannot be read.",
                    remedy: "Name the file that the script printed at its end."
                )
            }
            return try ConfirmationFile(parsing: String(decoding: data, as: UTF8.self))
        }

        /// Takes a receipt into a catalog and says in a sentence what came of it.
        static func confirm(_ receipt: ConfirmationFile, in catalog: Catalog, at now: Timestamp) async throws -> String
        {
            var complete = 0
            for (key, entries) in receipt.byBackup {
                let isComplete = try await catalog.confirm(
                    Backup.Key(instance: key.instance, backup: key.backup),
                    from: key.source,
                    to: receipt.sink,
                    artifacts: entries.map(\.artifact),
                    at: now
                )
                complete += isComplete ? 1 : 0
            }
            return "Confirmed \(receipt.entries.count) file\(receipt.entries.count == 1 ? "" : "s"); "
                + "\(complete) backup\(complete == 1 ? " is" : "s are") complete at \(receipt.sink)."
        }
    }
}

extension ConfirmationFile {
    /// What names one backup in a receipt.
    struct BackupName: Hashable {
        var source: SourceName
        var instance: Instance.ID
        var backup: Backup.ID
    }

    /// The entries of each backup, in a stable order.
    var byBackup: [(key: BackupName, value: [Entry])] {
        Dictionary(grouping: entries) { BackupName(source: $0.source, instance: $0.instance, backup: $0.backup) }
            .sorted { ($0.key.instance, $0.key.backup) < ($1.key.instance, $1.key.backup) }
    }
}

extension ConfirmationFile.Entry {
    /// The entry as the catalog keeps it.
    ///
    /// The script checked size, start and end of each RDB file.
    var artifact: Artifact {
        Artifact(position: position, location: path, size: size, sha256: sha256, grade: .envelope)
    }
}
