import ArgumentParser
import SystemPackage
import WherryCatalog
import WherryCore
import WherryPluginKit
import WherryRestore
import WherryTransfer

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// The command `wherry restore`.
struct Restore: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Take a copy out of a sink: the files as the source gave them, verified to the last byte.",
        discussion: """
            The newest copy of the instance's backups, or the one that is named. What the sink's pipeline did to it is \
            undone as it was recorded for this copy; every byte is compared with the catalog's sizes and digests, and \
            dumps are checked while they pass. A file appears only when all files are right: until then it is NAME.part.

            Exit status: 65 when the copy is damaged, 66 when there is none.

            EXAMPLES
              wherry restore orders
              wherry restore crs-c7xq4kqu fb8d2cd6-f6ee-11e6-ac36-525400394272 --sink offsite -o /srv/restore
              wherry restore orders --identity /media/key/owner.key
            """
    )

    @OptionGroup var global: GlobalOptions

    @Argument(help: "The instance's id.")
    var instance: String

    @Argument(help: "The backup's id, whole; the newest that a sink has when left out.")
    var backup: String?

    @Option(help: "Only from this sink.")
    var sink: String?

    @Option(help: "The source, where several know such an instance.")
    var source: String?

    @Option(
        name: .shortAndLong,
        help: ArgumentHelp("Where the files go; made if it is not there.", valueName: "folder")
    )
    var output = "."

    @Option(help: ArgumentHelp("The age identity that decrypts the copy; nobody but age reads it.", valueName: "file"))
    var identity: String?

    @Flag(help: "Replace files that are there.")
    var force = false

    @Flag(help: "Print one JSON object a file instead of text.")
    var json = false

    @Flag(help: "Print nothing but errors.")
    var quiet = false

    func run() async throws {
        let began = ContinuousClock.now
        let choice = CopyChoice(sink: sink, source: source, instance: instance, backup: backup)
        let progress = RestoreProgress(isWanted: !json && !quiet)
        let (copy, orders, found) = try await Composition.with(global) { composition in
            let copies = try await choice.newest(composition)
            return try await Interruptible.orExit {
                try await progress.showing(copies[0].receipt.artifacts.count) {
                    try await restore(firstOf: copies, composition, progress)
                }
            }
        }
        tell(copy, orders, found, ContinuousClock.now - began)
    }

    /// Restores the first of these copies whose sink can read it back: some can or not, as they are set up.
    private func restore(
        firstOf copies: [StoredCopy],
        _ composition: Composition,
        _ progress: RestoreProgress
    ) async throws -> (StoredCopy, [CopyRestorer.Order], [CopyFacts]) {
        var inability = Failure.cannotRead()
        for copy in copies {
            try copy.requireAllFiles()
            let orders = copy.receipt.artifacts.sorted { $0.position < $1.position }.map { artifact in
                let name = CopyRestorer.name(of: artifact.position, in: copy.key, startedAt: copy.startedAt)
                return CopyRestorer.Order(artifact, to: FilePath(output).appending(name))
            }
            do {
                return (copy, orders, try await restore(orders, of: copy, composition, progress))
            } catch let failure as Failure where failure.code == inability.code {
                inability = failure
            }
        }
        throw inability
    }

    private func restore(
        _ orders: [CopyRestorer.Order],
        of copy: StoredCopy,
        _ composition: Composition,
        _ progress: RestoreProgress
    ) async throws -> [CopyFacts] {
        let reader = CopyReader(
            try await composition.sink(copy.sink),
            identity: try Identity.checked(identity),
            observer: progress
        )
        if !output.isEmpty { try AtomicFile.makeFolder(output) }
        return try await CopyRestorer(reader, storingWith: composition.restoring()).restore(orders, replacing: force)
    }

    private func tell(_ copy: StoredCopy, _ orders: [CopyRestorer.Order], _ found: [CopyFacts], _ duration: Duration) {
        guard !quiet else { return }
        for (order, facts) in zip(orders, found) {
            let path = order.destination.string
            let keys = facts.keys.map { ", \($0.total) key\($0.total == 1 ? "" : "s")" } ?? ""
            guard json else {
                let digest = facts.isCompared ? "the SHA-256 is that of the delivery" : "no SHA-256 was recorded"
                Terminal.output.line("\(Terminal.harmless(path))  \(facts.size)\(keys); \(digest)")
                continue
            }
            Terminal.output.line(
                JSONText.object([
                    ("file", .text(path)), ("source", .text(copy.source.rawValue)),
                    ("instance", .text(copy.key.instance.rawValue)), ("backup", .text(copy.key.backup.rawValue)),
                    ("shard", .integer(Int64(facts.position))), ("sink", .text(copy.sink.rawValue)),
                    ("size_bytes", .integer(facts.size.bytes)), ("sha256", .text(facts.sha256.hex)),
                    ("sha256_recorded", .integer(facts.isCompared ? 1 : 0)),
                    ("rdb_format", facts.format.map { .text($0) } ?? .null),
                    ("keys", facts.keys.map { .integer($0.total) } ?? .null),
                ])
            )
        }
        guard !json else { return }
        let bytes = ByteCount(found.reduce(0) { $0 + $1.size.bytes })
        let files = found.count == 1 ? "1 file" : "\(found.count) files"
        let tenths = duration.wholeMilliseconds / 100
        Terminal.output.line(
            Terminal.harmless("Restored \(copy.key) from \(copy.sink): ")
                + "\(files), \(bytes) in \(tenths / 10).\(tenths % 10) s."
        )
    }
}

/// The file with the key that decrypts copies.
enum Identity {
    /// The same, when it can be read.
    ///
    /// - Throws: ``Failure`` `restore.no-identity-file` of class `usage`.
    static func checked(_ path: String?) throws -> String? {
        guard let path else { return nil }
        if access(path, R_OK) == 0 { return path }
        throw Failure(
            .usage,
            code: "restore.no-identity-file",
            "The identity \(path) cannot be read.",
            remedy: "Name the file with the key, as age-keygen writes it, and let this user read it."
        )
    }
}

extension Composition {
    /// What writes restored files.
    func restoring() -> FileFetcher {
        FileFetcher(
            connections: connections,
            clock: clock,
            observer: NoTransferObserver(),
            disk: Disk(of: "restore"),
            random: random
        )
    }
}
