import Crypto
import Foundation
import Testing
import WherryTestSupport

/// A sink whose copies are compressed and encrypted on their way, as an operator sets it up.
@Suite(.timeLimit(.minutes(2)))
struct PipelineRunTests {
    @Test func copiesAreEncryptedForTheirOwner() async throws {
        try await Scratch.with { scratch in
            try await Provider.with(in: scratch) { provider in
                try await provider.fill(standalone: 3, shards: 2)
                let key = scratch.file("owner.key")
                let made = try await Program.run("/usr/bin/env", ["age-keygen", "-o", key], folder: scratch.path)
                #expect(made.status == 0)
                let shown = try await Program.run("/usr/bin/env", ["age-keygen", "-y", key], folder: scratch.path)
                try scratch.write("recipients", Array(shown.output.utf8))
                try scratch.writeConfig(
                    for: provider,
                    sinks: "disk, vault",
                    more: """
                        - name: vault
                          plugin: local-disk
                          pipeline: [zstd, age]
                          age:
                            recipients_file: recipients
                          options:
                            root: vault
                        """
                )
                let program = Program(folder: scratch.path)
                let check = try await program.run("check", "--write")
                #expect(check.status == 0, "\(check.all)")
                #expect(check.output.contains("Bytes pass zstd, then age."))
                #expect(check.output.contains("sink vault: The probe is removed again."), "\(check.all)")
                #expect(scratch.files(below: "vault").isEmpty)
                let run = try await program.run("run")
                #expect(run.status == 0, "\(run.all)")
                // Five files; each was fetched once for both sinks.
                #expect(provider.requests.downloads.count == 5)
                let rows = try await program.run(
                    "sql",
                    "SELECT count(*), min(stages), sum(stored_sha256 <> sha256) FROM delivery_history WHERE sink = 'vault'",
                    "--format",
                    "csv"
                )
                #expect(rows.output.hasSuffix("\r\n5,zstd age,5\r\n"), "\(rows.all)")
                let copies = scratch.files(below: "vault").filter { $0.hasSuffix(".rdb.zst.age") }
                #expect(copies.count == 5)
                for copy in copies {
                    let opened = try await Program.run(
                        "/bin/sh",
                        [
                            "-c",
                            "age -d -i '\(key)' 'vault/\(copy)' | zstd -q -d | cmp - 'backups/\(copy.dropLast(8))'",
                        ],
                        folder: scratch.path
                    )
                    #expect(opened.status == 0, "\(copy): \(opened.all)")
                }
            }
            #expect(scratch.digests(below: "backups") == scratch.digests(below: "provider/depot"))
        }
    }

    @Test(arguments: [
        ("pipeline: [age]", "the stage age has nobody to encrypt for"),
        ("pipeline: [zstd, zstd]", "a stage is listed twice"),
        ("zstd: {level: 3}", "zstd: says how a stage works that is not in the pipeline"),
        ("pipeline: [age]\n  age: {recipients: [AGE-SECRET-KEY-1XYZ]}", "a key that decrypts stands"),
        ("pipeline: [gzip]", "expected one of zstd, age"),
    ])
    func whatDoesNotFitIsSaid(lines: String, message: String) async throws {
        try await Scratch.with { scratch in
            try await Provider.with(in: scratch) { provider in
                try scratch.writeConfig(
                    for: provider,
                    more: "- name: vault\n  plugin: local-disk\n  \(lines)\n  options:\n    root: vault"
                )
            }
            let check = try await Program(folder: scratch.path).run("config", "show")
            #expect(check.status == 78)
            #expect(check.error.contains(message), "\(check.all)")
            #expect(!check.all.contains("1XYZ"))
        }
    }
}
