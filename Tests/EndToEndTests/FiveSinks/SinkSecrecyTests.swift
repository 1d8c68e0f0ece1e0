import Foundation
import TestProcesses
import Testing
import WherryCore
import WherryTestSupport
import WherryTransfer

/// Every sink that wherry has and every stage, with marked secrets: what is told, kept and handed on holds none of them.
@Suite(.timeLimit(.minutes(5)))
struct SinkSecrecyTests {
    private static let sinks = [
        "disk", "script", "vault", "remote", "store", "keeper", "program", "sealed", "leaky",
    ]

    /// Programs that note how they are called and go on to the real ones, unless they are told to fail with much noise.
    private func install(_ scratch: Scratch) async throws {
        for name in ["rclone", "restic", "zstd", "age"] {
            let real = try await Program.run("/bin/sh", ["-c", "command -v \(name)"], folder: scratch.path)
            let spy = """
                #!/bin/sh
                tr '\\0' '\\n' </proc/$$/cmdline >>'\(scratch.file("argv"))/\(name)'.$$
                tr '\\0' '\\n' </proc/$$/environ >>'\(scratch.file("environ"))/\(name)'.$$
                if [ -e '\(scratch.file("broken"))' ]; then
                    { tr '\\0' '\\n' </proc/$$/environ; tr '\\0' '\\n' </proc/$$/cmdline; } >&2
                    [ -z "$RESTIC_PASSWORD_FILE" ] || cat "$RESTIC_PASSWORD_FILE" >&2
                    exit 1
                fi
                exec \(real.output.trimmingCharacters(in: .whitespacesAndNewlines)) "$@"

                """
            let path = try scratch.write("bin/\(name)", Array(spy.utf8))
            try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: path)
        }
        for (origin, name) in [("obedient.py", "file"), ("broken.py", "leak-in-error")] {
            let plugin = try Data(contentsOf: URL(fileURLWithPath: Fixtures.folder + "/plugins/" + origin))
            let path = try scratch.write("plugins/\(name)", Array(plugin))
            try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: path)
        }
        for folder in ["remote", "shelf", "kept", "argv", "environ"] { _ = scratch.sub(folder) }
    }

    private func writeSecrets(_ scratch: Scratch, _ prefix: String) throws -> [String] {
        let names = ["restic", "rclone", "token", "program", "s3.id", "s3.key"]
        for name in names {
            try scratch.write("secrets/\(name)", Array("\(prefix)-\(name)".utf8))
            try FileManager.default
                .setAttributes([.posixPermissions: 0o600], ofItemAtPath: scratch.file("secrets/\(name)"))
        }
        return names.filter { $0 != "s3.id" }.map { "\(prefix)-\($0)" }
    }

    private func configure(_ scratch: Scratch, _ provider: Provider, _ s3: S3Home, recipient: String) throws {
        let sealed = "pipeline: [zstd, age]\n  age: {recipients: [\(recipient)]}"
        let sinks = """
            - name: sealed
              plugin: local-disk
              \(sealed)
              options: {root: sealed}
            - name: vault
              plugin: restic
              pipeline: [zstd]
              options: {repository: \(scratch.file("vault.restic")), password: file:secrets/restic, init: true}
            - name: remote
              plugin: rclone
              \(sealed)
              options:
                remote: "offsite:\(scratch.file("remote"))"
                config: /dev/null
                environment:
                  - {name: RCLONE_CONFIG_OFFSITE_TYPE, text: local}
                  - {name: RCLONE_CONFIG_OFFSITE_PASS, value: file:secrets/rclone}
            - name: keeper
              plugin: external
              pipeline: [zstd]
              options:
                path: plugins/file
                options: {notes: \(scratch.file("kept"))}
                secrets: {token: file:secrets/token}
            - name: leaky
              plugin: external
              options:
                path: plugins/leak-in-error
                options: {folder: \(scratch.file("shelf"))}
                secrets: {token: file:secrets/token}
            - name: program
              plugin: command
              \(sealed)
              options:
                program: /bin/sh
                arguments: [-c, "cat >/dev/null; echo stored with $KEY >&2; [ ! -e broken ]"]
                environment: [{name: KEY, value: file:secrets/program}]

            """
        var text = try String(contentsOfFile: scratch.file("wherry.yaml"), encoding: .utf8)
        let indented = sinks.split(separator: "\n").map { "  \($0)\n" }.joined()
        text = text.replacing("jobs:\n", with: indented + "jobs:\n")
        text = text.replacing(
            "plugin: s3\n",
            with: "plugin: s3\n    \(sealed.replacing("\n", with: "\n  "))\n"
        )
        text = text.replacing("sinks: [store]", with: "sinks: [\(Self.sinks.joined(separator: ", "))]")
        try scratch.write("wherry.yaml", Array(text.utf8))
    }

    @Test func noSecretLeavesItsPlace() async throws {
        try await Scratch.with { scratch in
            try await Provider.with(in: scratch) { provider in
                try await provider.fill(standalone: 2, shards: 2)
                try await provider.addLarge(11 << 20, to: "crs-large", in: scratch)
                try await ObjectStore.withSeaweed { store in
                    try await HTTPConnections.with { connections in
                        let s3 = try await S3Home(
                            in: scratch,
                            store: store,
                            provider: provider,
                            connections: connections
                        )
                        try await noSecretLeaves(scratch, provider, s3)
                    }
                }
            }
        }
    }

    private func noSecretLeaves(_ scratch: Scratch, _ provider: Provider, _ s3: S3Home) async throws {
        try await install(scratch)
        let keys = try await Program.run("/bin/sh", ["-c", "age-keygen 2>&1"], folder: scratch.path)
        let recipient = try #require(keys.output.split(whereSeparator: \.isWhitespace).first { $0.hasPrefix("age1") })
        let own = ["secrets/s3.id", "secrets/s3.key"].map { FileManager.default.contents(atPath: scratch.file($0)) }
        let identity = try #require(
            keys.output.split(whereSeparator: \.isWhitespace).first { $0.hasPrefix("AGE-SECRET") }
        )
        try scratch.write("owner.key", Array("\(identity)\n".utf8))
        var secrets = try writeSecrets(scratch, "LEAKMARK") + [String(identity)]
        for (name, data) in zip(["secrets/s3.id", "secrets/s3.key"], own) {
            try scratch.write(name, Array(try #require(data)))
        }
        secrets += [String(decoding: try #require(own[1]), as: UTF8.self), Provider.secretKey]
        try configure(scratch, provider, s3, recipient: String(recipient))
        let path = scratch.file("bin") + ":/usr/local/bin:/usr/bin:/bin"
        let program = Program(folder: scratch.path, environment: ["PATH": path])
        var printed = ""
        func run(_ status: Int32, _ arguments: String...) async throws {
            let outcome = try await program.run(arguments)
            printed += "$ \(arguments)\n" + outcome.all
            #expect(outcome.status == status, "\(arguments): \(outcome.all)")
        }
        try await run(0, "check", "--log-level", "trace")
        // The one that fails with its secret on its lips is never served.
        try await run(3, "run", "--log-level", "trace")
        let count = "SELECT count(DISTINCT sink) FROM delivery WHERE state IN ('delivered', 'emitted')"
        #expect(try await program.run("sql", count, "--format", "csv").output.contains("\(Self.sinks.count - 1)"))
        // All that can be read back comes back.
        for sink in ["disk", "vault", "remote", "store", "sealed"] {
            try await run(
                0,
                "restore",
                "crs-large",
                "--sink",
                sink,
                "-o",
                "out",
                "--force",
                "--identity",
                "owner.key",
                "--log-level",
                "trace"
            )
        }
        try await run(0, "prove", "--identity", "owner.key", "--log-level", "trace")
        // Now everything fails, each as loudly as it can.
        try await provider.addLarge(100_000, to: "crs-later", in: scratch)
        secrets += try writeSecrets(scratch, "LEAKMARKother")
        try scratch.write("broken", [])
        try await run(3, "run", "--log-level", "trace")
        try await run(65, "prove", "--identity", "owner.key", "--log-level", "trace")
        try await run(0, "deliveries", "--format", "json")
        try await run(0, "sql", "SELECT * FROM restore_proofs")
        try await run(0, "runs", "--format", "json")
        try await run(0, "history", "--format", "json")
        try await run(0, "config", "show")
        try await run(0, "sql", "SELECT * FROM delivery_history")
        // All but the disk and the script, which have no stage, and the one that is not even begun.
        let failed = "SELECT count(DISTINCT sink) FROM delivery WHERE state = 'failed'"
        #expect(try await program.run("sql", failed, "--format", "csv").output.contains("\(Self.sinks.count - 3)"))

        let tokens = try provider.catalog.tokens()
        #expect(tokens.count >= 10)
        for secret in secrets + tokens { #expect(!printed.contains(secret), "\(mark(secret)) was printed") }
        for name in ["rclone", "restic", "zstd", "age"] {
            let argv = texts(scratch, "argv", of: name)
            #expect(argv.contains("/bin/\(name)\n"), "\(name) was not called")
            for secret in secrets + tokens {
                #expect(!argv.contains(secret), "\(mark(secret)) is an argument of \(name)")
            }
        }
        // A program has its own secrets in its environment, and nobody else's.
        for name in ["rclone", "restic", "zstd", "age"] {
            let environ = texts(scratch, "environ", of: name)
            #expect(environ.contains("PATH="), "\(name) was not called")
            for secret in secrets + tokens + [Provider.secretKey] where !secret.hasSuffix("-\(name)") {
                #expect(!environ.contains(secret), "\(mark(secret)) was handed on to \(name)")
            }
        }
        let dump = try await Program.run("/usr/bin/sqlite3", ["catalog.db", ".dump"], folder: scratch.path)
        for secret in secrets { #expect(!dump.output.contains(secret), "\(mark(secret)) is in the catalog") }
        for folder in ["remote", "sealed", "catalog.db.state"] {
            for file in scratch.files(below: folder) {
                let bytes = FileManager.default.contents(atPath: scratch.file("\(folder)/\(file)")) ?? Data()
                for secret in secrets + tokens {
                    #expect(bytes.range(of: Data(secret.utf8)) == nil, "\(mark(secret)) is in \(folder)/\(file)")
                }
            }
        }
    }

    /// What a failing test says of a secret.
    private func mark(_ secret: String) -> String { String(secret.prefix(24)) }

    /// What the calls of one program left in a folder, one file a process.
    private func texts(_ scratch: Scratch, _ folder: String, of program: String) -> String {
        let files = scratch.files(below: folder).filter { $0.hasPrefix(program + ".") }
        let contents = files.compactMap { FileManager.default.contents(atPath: scratch.file("\(folder)/\($0)")) }
        return contents.map { String(decoding: $0, as: UTF8.self) }.joined(separator: "\n")
    }
}
