import ArgumentParser
import WherryCatalog
import WherryCore
import WherryPluginKit
import WherryRestore
import WherryTransfer

/// The command `wherry prove`.
struct Prove: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Prove that copies restore: read them back and have a private redis-server load them.",
        discussion: """
            Without options: the newest copy of every instance in every sink that can be read back. Each is taken out as \
            by wherry restore, into a private folder that is gone afterwards, and every file of it is loaded by a \
            redis-server or valkey-server of this machine, which nobody else can reach. It must report as many keys, \
            loaded or expired, as the dump holds and as were counted when the copy was delivered. What comes of it is kept \
            in the catalog: wherry sql "SELECT * FROM restore_proofs".

            Exit status: 0 all are proven, 65 one is not, 66 there is nothing to prove.

            EXAMPLES
              wherry prove
              wherry prove --instance orders --sink offsite --identity /media/key/owner.key
              wherry prove --all --since 7d --format json
            """
    )

    @OptionGroup var global: GlobalOptions

    @Option(help: "Only copies of this instance's backups.")
    var instance: String?

    @Option(help: "Only copies in this sink.")
    var sink: String?

    @Option(help: "Only copies of this source's instances.")
    var source: String?

    @Option(help: "Only what was delivered since: 7d, 2026-11-23 or 2026-11-23T04:00:00Z.")
    var since: SinceArgument?

    @Flag(help: "All copies, not only the newest of each instance in each sink.")
    var all = false

    @Option(help: ArgumentHelp("The age identity that decrypts copies; nobody but age reads it.", valueName: "file"))
    var identity: String?

    @Option(
        help: ArgumentHelp(
            "The server: a name in PATH or a path. redis-server, else valkey-server.",
            valueName: "program"
        )
    )
    var server: String?

    @Option(help: ArgumentHelp("How long the server may take for one file.", valueName: "duration"))
    var timeout = "1h"

    @Option(
        help: ArgumentHelp(
            "Where dumps lie meanwhile, in the clear; beside the catalog when left out.",
            valueName: "folder"
        )
    )
    var scratch: String?

    @Flag(help: "Load dumps that may not fit into memory, too.")
    var force = false

    @Option(help: "table for people, json or csv for machines.")
    var format = OutputFormat.table

    func run() async throws {
        guard let patience = DurationText.parse(timeout) else {
            throw Failure(
                .usage,
                code: "prove.bad-option",
                "--timeout is no duration.",
                remedy: "Write a number and a unit, such as 90s, 15m or 2h."
            )
        }
        let progress = RestoreProgress(isWanted: format == .table)
        let report = try await Composition.with(global) { composition in
            let copies = try await chosen(composition)
            let run = ProofRun(
                composition: composition,
                server: try await ServerProgram.find(server),
                patience: patience,
                identity: try Identity.checked(identity),
                isForced: force,
                scratch: scratch,
                person: composition.person
            )
            return try await Interruptible.orExit {
                try await progress.showing(copies.count) {
                    try await run.run(copies, observer: progress) { _, _ in progress.ended() }
                }
            }
        }
        guard !report.isEmpty else { throw Self.nothing(found: true) }
        report.show(as: format)
        if report.hasFailed { throw ExitCode(FailureClass.corrupt.exitCode) }
    }

    /// The copies that are to be proven.
    private func chosen(_ composition: Composition) async throws -> [StoredCopy] {
        let choice = CopyChoice(
            sink: sink,
            source: source,
            instance: instance,
            since: since.flatMap { Timestamp($0.text) }
        )
        let found = try await choice.copies(composition)
        let readable = found.filter { composition.canRead($0.sink) }
        let copies = all ? readable : ProofRun.newest(of: readable)
        guard !copies.isEmpty else { throw Self.nothing(found: !found.isEmpty) }
        return copies
    }

    private static func nothing(found: Bool) -> Failure {
        Failure(
            .notFound,
            code: "prove.nothing",
            found
                ? "The sinks that have copies cannot read them back, or are no longer in the configuration."
                : "There is no delivered copy to prove.",
            remedy:
                "See what there is: wherry deliveries --state delivered; wherry plugins list tells what sinks can do."
        )
    }
}
