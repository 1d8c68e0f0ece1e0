import ArgumentParser
import DepotSource
import UnixSignals
import WherryCatalog
import WherryCore

extension Depot {
    /// The command `wherry depot snapshot`.
    struct Snapshot: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Take a verified snapshot of a live Redis or Valkey server, or of a whole cluster.",
            discussion: """
                The server streams its data as to a replica, while clients go on writing; redis-cli 7.0 or later must be in
                PATH. What comes is checked to its end before it is registered; when anything goes wrong, nothing is.
                Any node of a cluster stands for all of it: one file for each master, and every slot must have one.

                ADDRESS is redis://[USER@]HOST[:PORT], rediss://… for TLS, or unix:/PATH[?user=USER]. A password is
                never part of it: say where it is, with --password env:NAME or --password file:PATH.

                EXAMPLES
                  wherry depot snapshot redis://127.0.0.1 --instance orders
                  wherry depot snapshot rediss://saver@10.0.0.7 --ca ca.pem --password file:pw --instance sessions --prune
                """
        )

        @OptionGroup var global: GlobalOptions

        @Argument(help: "Where the server listens, or any node of a cluster.")
        var address: String

        @Option(help: "The id of the instance that it is a backup of; made when it is new.")
        var instance: String

        @Option(help: "The depot, when the configuration has several.")
        var source: String?

        @Option(help: "The instance's name for people.")
        var name: String?

        @Option(help: "A note on this backup.")
        var remark = ""

        @OptionGroup var connection: SnapshotConnection

        @Flag(help: "Then remove this instance's snapshots that are older than the depot's `keep`.")
        var prune = false

        @Flag(help: "Print one JSON object instead of text.")
        var json = false

        func run() async throws {
            let address = try RedisAddress(parsing: address)
            let (outcome, signal) = try await Interruptible.run {
                do {
                    return SnapshotOutcome.taken(try await take(address))
                } catch {
                    return .failed(error)
                }
            }
            switch outcome {
            case .taken(let report): report.show(asJSON: json)
            case .failed(let error):
                if let signal { throw ExitCode(signal.exitCode) }
                throw error
            }
        }

        private func take(_ address: RedisAddress) async throws -> SnapshotReport {
            let access = try connection.access()
            let patience = try connection.patience()
            return try await Composition.with(global) { composition in
                let depot = try composition.config.depot(named: source)
                let store = try composition.depotStore(named: source)
                let snapshot = try await store.snapshot(
                    of: address,
                    access: access,
                    patience: patience,
                    to: .init(rawValue: instance),
                    name: name,
                    kind: .automatic,
                    remark: remark
                )
                let removed = try await prune ? composition.prune(depot, of: snapshot.backup.instance).count : nil
                return SnapshotReport(snapshot: snapshot, depot: depot.name.rawValue, removed: removed)
            }
        }
    }
}

/// How a snapshot ended.
private enum SnapshotOutcome: Sendable {
    case taken(SnapshotReport)
    case failed(any Error)
}

/// What is told of a snapshot.
private struct SnapshotReport: Sendable {
    var snapshot: DepotSnapshot
    var depot: String
    var removed: Int?

    func show(asJSON: Bool) {
        let backup = snapshot.backup
        if asJSON {
            var members: [(String, ResultTable.Cell)] = [
                ("type", .text("snapshot")), ("source", .text(depot)), ("instance", .text(backup.instance.rawValue)),
                ("backup", .text(backup.id.rawValue)), ("started_at", .text(backup.startedAt.description)),
                ("files", .integer(Int64(snapshot.files.count))), ("size_bytes", .integer(backup.size?.bytes ?? 0)),
                ("keys", .integer(snapshot.keys)),
            ]
            if let removed { members.append(("pruned", .integer(Int64(removed)))) }
            Terminal.output.line(JSONText.object(members))
            return
        }
        let files = snapshot.files.count == 1 ? "1 file" : "\(snapshot.files.count) files"
        let size = backup.size ?? ByteCount(0)
        Terminal.error.line("Took \(files), \(size), \(snapshot.keys) keys, dumped at \(backup.startedAt).")
        if let removed, removed > 0 { Terminal.error.line("Removed \(removed) older than the depot keeps.") }
        Terminal.output.line(backup.id.rawValue)
    }
}
