import Crypto
import Foundation
import TestProcesses
import Testing
import WherryCatalog
import WherryTestSupport
import WherryTransfer

/// A home of the program with a job that brings every backup to five sinks: a disk, a remote of rclone, a restic
/// repository, an object store and a plugin in POSIX sh.
struct FiveSinksHome: Sendable {
    /// The names of the sinks.
    static let sinks = ["disk", "remote", "vault", "store", "shelf"]

    let scratch: Scratch
    let program: Program
    let store: S3Home

    private static let resticPassword = "LEAKMARKrestic"

    /// Writes the configuration.
    ///
    /// - Parameter port: where the program is to find the object store, when not at the store itself.
    init(
        in scratch: Scratch,
        store: ObjectStore,
        provider: Provider,
        connections: HTTPConnections,
        port: Int? = nil
    ) async throws {
        self.scratch = scratch
        program = Program(folder: scratch.path)
        self.store = try await S3Home(
            in: scratch,
            store: store,
            provider: provider,
            connections: connections,
            port: port
        )
        try scratch.write("secrets/restic", Array(Self.resticPassword.utf8))
        try scratch.write("rclone.conf", Array("[offsite]\ntype = local\n".utf8))
        for name in ["secrets/restic", "rclone.conf"] {
            try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: scratch.file(name))
        }
        let plugin = try Data(contentsOf: Fixtures.root.appending(path: "Examples/Plugins/wherry-sink-folder.sh"))
        let installed = try scratch.write("plugins/wherry-sink-folder", Array(plugin))
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: installed)
        for folder in ["shelf", "remote"] { _ = scratch.sub(folder) }
        let more = """
              - name: remote
                plugin: rclone
                options:
                  remote: "offsite:\(scratch.file("remote"))"
                  config: rclone.conf
              - name: vault
                plugin: restic
                options:
                  repository: \(scratch.file("vault"))
                  password: file:secrets/restic
                  init: true
              - name: shelf
                plugin: external
                options:
                  name: folder
                  folders: [\(scratch.file("plugins"))]
                  options: {folder: \(scratch.file("shelf"))}
            jobs:

            """
        let text = try String(contentsOfFile: scratch.file("wherry.yaml"), encoding: .utf8)
            .replacing("jobs:\n", with: more)
            .replacing("sinks: [store]", with: "sinks: [\(Self.sinks.joined(separator: ", "))]\n    connections: 1")
        try scratch.write("wherry.yaml", Array(text.utf8))
    }

    /// The digests of all copies that a sink has, each read by the tool that owns it, sorted.
    func digests(in sink: String) async throws -> [String] {
        switch sink {
        case "disk": return scratch.digests(below: "backups")
        case "shelf": return scratch.digests(below: "shelf")
        case "store": return try await store.digests()
        case "remote":
            let sums = try await shell("rclone --config rclone.conf hashsum sha256 offsite:\(scratch.file("remote"))")
            return sums.split(separator: "\n").map { String($0.prefix(64)) }.sorted()
        default:
            let list =
                "restic -r vault snapshots --json | python3 -c '"
                + "import json,sys; [print(s[\"id\"], s[\"paths\"][0]) for s in json.load(sys.stdin)]'"
            let sums = try await shell(
                "\(list) | while read -r id path; do restic -q -r vault dump \"$id\" \"$path\" | sha256sum; done"
            )
            return sums.split(separator: "\n").map { String($0.prefix(64)) }.sorted()
        }
    }

    /// The digests that the receipts of a sink name, sorted.
    func receipts(of sink: String) throws -> [String] {
        let rows = try ReadOnlySQL(path: scratch.file("catalog.db")).run(
            "SELECT sha256 FROM delivery_history WHERE sink = '\(sink)' AND state = 'delivered' ORDER BY 1",
            rowLimit: 10_000,
            timeLimit: .seconds(9)
        )
        return rows.rows.compactMap { row in
            if case .text(let text)? = row.first { text } else { nil }
        }
    }

    /// Takes one copy each away from the disk, the plugin's folder and the restic repository.
    func spoil() async throws {
        let disk = scratch.files(below: "backups").first { $0.hasSuffix(".rdb") } ?? ""
        let shelf = scratch.files(below: "shelf").first ?? ""
        try FileHandle(forWritingTo: URL(fileURLWithPath: scratch.file("backups/" + disk))).truncate(atOffset: 1)
        try FileManager.default.removeItem(atPath: scratch.file("shelf/" + shelf))
        let first = "python3 -c 'import json,sys; print(json.load(sys.stdin)[0][\"id\"])'"
        _ = try await shell("restic -r vault forget $(restic -r vault snapshots --json | \(first))")
    }

    private func shell(_ command: String) async throws -> String {
        let outcome = try await Program.run(
            "/bin/sh",
            ["-c", "set -e; " + command],
            folder: scratch.path,
            environment: ["RESTIC_PASSWORD_FILE": "secrets/restic", "RESTIC_CACHE_DIR": scratch.file("cache")]
        )
        try #require(outcome.status == 0, "\(command): \(outcome.all)")
        return outcome.output
    }
}

extension Fixtures {
    /// The folder with Package.swift.
    static var root: URL { URL(fileURLWithPath: folder).deletingLastPathComponent().deletingLastPathComponent() }
}
