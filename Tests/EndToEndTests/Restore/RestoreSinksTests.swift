import Foundation
import TestProcesses
import Testing
import WherryCore
import WherryTestSupport
import WherryTransfer

/// Copies that come back out of every sink that can read them back, with and without a pipeline, with the real programs
/// and a real object store.
@Suite(.timeLimit(.minutes(10)), .serialized)
struct RestoreSinksTests {
    private static let plain = ["disk", "remote", "vault", "store"]

    /// Puts the configuration of eight sinks in place of that of one.
    private func configure(_ scratch: Scratch, recipient: String) throws {
        for folder in ["remote", "sealed-remote"] { _ = scratch.sub(folder) }
        try scratch.write("secrets/restic", Array("LEAKMARKrestic".utf8))
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: scratch.file("secrets/restic"))
        var text = try String(contentsOfFile: scratch.file("wherry.yaml"), encoding: .utf8)
        let stages = "    pipeline: [zstd, age]\n    age: {recipients: [\(recipient)]}\n"
        let start = try #require(text.range(of: "  - name: store\n"))
        let end = try #require(text.range(of: "  - name: disk\n"))
        let store = String(text[start.lowerBound..<end.lowerBound])
        var more = store.replacing("name: store\n", with: "name: sealed-store\n" + stages)
            .replacing("prefix: wherry", with: "prefix: sealed")
        more += "  - name: sealed-disk\n    plugin: local-disk\n\(stages)    options: {root: sealed-disk}\n"
        for (name, stages) in [("", ""), ("sealed-", stages)] {
            more += """
                  - name: \(name)remote
                    plugin: rclone
                \(stages)    options:
                      remote: "offsite:\(scratch.file(name + "remote"))"
                      config: /dev/null
                      environment: [{name: RCLONE_CONFIG_OFFSITE_TYPE, text: local}]
                  - name: \(name)vault
                    plugin: restic
                \(stages)    options: {repository: \(scratch.file(name + "vault")), password: file:secrets/restic, init: true}

                """
        }
        let all = (Self.plain + Self.plain.map { "sealed-\($0)" }).joined(separator: ", ")
        text = text.replacing("jobs:\n", with: more + "jobs:\n").replacing("sinks: [store]", with: "sinks: [\(all)]")
        try scratch.write("wherry.yaml", Array(text.utf8))
    }

    private func withHome(_ body: @escaping @Sendable (Program, Scratch) async throws -> Void) async throws {
        try await Scratch.with { scratch in
            try await Provider.with(in: scratch) { provider in
                try await provider.fill(standalone: 1, shards: 2)
                try await provider.addLarge(7 << 20, to: "crs-large", in: scratch)
                try await ObjectStore.withSeaweed { store in
                    try await HTTPConnections.with { connections in
                        _ = try await S3Home(
                            in: scratch,
                            store: store,
                            provider: provider,
                            connections: connections
                        )
                    }
                    let keys = try await Program.run(
                        "/bin/sh",
                        ["-c", "age-keygen -o owner.key && age-keygen -y owner.key"],
                        folder: scratch.path
                    )
                    try configure(scratch, recipient: keys.output.trimmingCharacters(in: .whitespacesAndNewlines))
                    let program = Program(folder: scratch.path)
                    let run = try await program.run("run", "--quiet")
                    try #require(run.status == 0, "\(run.all)")
                    try await body(program, scratch)
                }
            }
        }
    }

    @Test func everySinkGivesBackWhatItWasGiven() async throws {
        try await withHome { program, scratch in
            let source = scratch.digests(below: "provider/depot")
            #expect(source.count == 4)
            for sink in Self.plain + Self.plain.map({ "sealed-\($0)" }) {
                for instance in ["crs-orders01", "crs-sessions", "crs-large"] {
                    let outcome = try await program.run(
                        "restore",
                        instance,
                        "--sink",
                        sink,
                        "-o",
                        "out/\(sink)",
                        "--identity",
                        "owner.key"
                    )
                    #expect(outcome.status == 0, "\(sink): \(outcome.all)")
                    #expect(!outcome.all.contains("LEAKMARK"))
                }
                #expect(scratch.digests(below: "out/\(sink)") == source, "\(sink)")
                #expect(scratch.files(below: "out/\(sink)").allSatisfy { $0.hasSuffix(".rdb") })
            }
            let proof = try await program.run("prove", "--identity", "owner.key")
            #expect(proof.status == 0, "\(proof.all)")
            #expect(proof.output.contains("Of 24 copies 24 restored and loaded; 0 did not."), "\(proof.all)")
            #expect(!proof.all.contains("LEAKMARK"))
        }
    }
}
