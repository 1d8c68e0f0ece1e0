import Foundation
import TestProcesses
import Testing
import WherryTestSupport

/// The commands as people use them: exit codes, dry run, SQL, the way from init to a copy.
@Suite(.timeLimit(.minutes(3)))
struct CommandTests {
    @Test func dryRunPrintsWhatTheRunThenDoes() async throws {
        try await Scratch.with { scratch in
            try await Provider.with(in: scratch) { provider in
                try await provider.fill(standalone: 3, shards: 3)
                try scratch.writeConfig(for: provider)
                let program = Program(folder: scratch.path)
                for _ in 0..<2 {
                    let dry = try await program.run("run", "--dry-run")
                    let real = try await program.run("run")
                    #expect(dry.status == 0)
                    #expect(real.status == 0)
                    #expect(!dry.output.isEmpty)
                    #expect(real.output.hasPrefix(dry.output))
                }
                let again = try await program.run("run")
                #expect(again.output.contains("nothing to deliver"))
                #expect(again.output.contains("no URLs issued"))
                let planned = try await program.run("run", "--dry-run", "--json")
                let done = try await program.run("run", "--json")
                #expect(done.output.hasPrefix(planned.output))
            }
        }
    }

    @Test func exitCodesSayWhatKindOfErrorItWas() async throws {
        try await Scratch.with { scratch in
            try await Provider.with(in: scratch) { provider in
                try await provider.fill(standalone: 1, shards: 0)
                try scratch.writeConfig(for: provider)
                let program = Program(folder: scratch.path)
                let cases: [([String], Int32)] = [
                    (["--help"], 0), (["version"], 0), (["run", "--no-such-flag"], 64), (["no-such-command"], 64),
                    (["run", "no-such-job"], 64), (["check", "-c", "none.yaml"], 78), (["url", "crs-none", "b"], 66),
                    (["url", "crs-orders01", "none"], 66), (["sql", "DELETE FROM run"], 64), (["sql", "SELEC 1"], 64),
                    (["sql", "no-such-query"], 64), (["deliveries", "confirm", "none"], 66),
                    (["serve"], 78), (["plugins", "describe", "no-such"], 64), (["depot", "list"], 78),
                ]
                _ = try await program.run("instances", "--refresh")
                for (arguments, status) in cases {
                    let outcome = try await program.run(arguments)
                    #expect(outcome.status == status, "\(arguments): \(outcome.all)")
                    if status != 0 {
                        #expect(outcome.error.lowercased().contains("error:"), "\(arguments): \(outcome.all)")
                    }
                }
            }
        }
    }

    @Test func aProvidersTextCannotSteerTheTerminal() async throws {
        try await Scratch.with { scratch in
            let program = Program(folder: scratch.path)
            #expect(try await program.run("init").status == 0)
            let odd = "red\u{1B}[31m\u{202E}x"
            #expect(try await program.run("depot", "add", odd, Fixtures.rdb("orders-1"), "--remark", odd).status == 0)
            for command in [["depot", "list"], ["run", "--dry-run"], ["instances"], ["backups"], ["url", odd, odd]] {
                let outcome = try await program.run(command)
                #expect(!outcome.all.contains("\u{1B}"), "\(command)")
                #expect(!outcome.all.contains("\u{202E}"), "\(command)")
            }
            #expect(try await program.run("depot", "list").output.contains("red\u{FFFD}[31m\u{FFFD}x"))
        }
    }

    @Test func sqlOnlyReads() async throws {
        try await Scratch.with { scratch in
            try await Provider.with(in: scratch) { provider in
                try await provider.fill(standalone: 2, shards: 0)
                try scratch.writeConfig(for: provider)
                let program = Program(folder: scratch.path)
                _ = try await program.run("run")
                let refused = [
                    "DELETE FROM run", "ATTACH 'x.db' AS x", "PRAGMA writable_schema = 1", "PRAGMA user_version = 9",
                    "CREATE TABLE t (a)", "VACUUM", "UPDATE run SET state = 'failed'", "SELECT 1; SELECT 2",
                ]
                for sql in refused {
                    let outcome = try await program.run("sql", sql)
                    #expect(outcome.status == 64, "\(sql): \(outcome.all)")
                }
                let endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n"
                let started = ContinuousClock.now
                let stopped = try await program.run("sql", endless, "--timeout", "1")
                #expect(stopped.status == 64)
                #expect(stopped.error.contains("stopped after 1 s"))
                #expect(ContinuousClock.now - started < .seconds(20))
                let piped = try await program.run(
                    ["sql", "-", "--format", "csv"],
                    input: "SELECT state FROM run_history"
                )
                #expect(piped.output == "state\r\nsucceeded\r\n")
                let saved = try await program.run("sql", "coverage", "--format", "json")
                #expect(saved.output.contains("\"instance\": \"crs-orders01\""))
            }
        }
    }

    @Test func stockShellReadsWhileARunWrites() async throws {
        try await Scratch.with { scratch in
            var settings = Provider.Settings()
            settings.beforeDownload = { _ in try await Task.sleep(for: .milliseconds(150)) }
            try await Provider.with(in: scratch, settings: settings) { provider in
                try await provider.fill(standalone: 20, shards: 0)
                try scratch.writeConfig(for: provider, sinks: "disk")
                let program = Program(folder: scratch.path)
                async let run = program.run("run")
                var seen = 0
                for _ in 0..<20 {
                    try await Task.sleep(for: .milliseconds(50))
                    guard FileManager.default.fileExists(atPath: scratch.file("catalog.db")) else { continue }
                    let shell = try await Program.run(
                        "/usr/bin/sqlite3",
                        ["catalog.db", "SELECT extranet_url FROM url_history LIMIT 3"],
                        folder: scratch.path
                    )
                    if shell.status == 0, shell.output.contains("?…\n") { seen += 1 }
                    #expect(!shell.output.contains("=="))
                }
                #expect(seen > 3)
                #expect(try await run.status == 0)
            }
        }
    }

    @Test(arguments: [(SIGINT, Int32(130)), (SIGTERM, Int32(143))])
    func signalsStopARunCleanly(_ example: (signal: Int32, status: Int32)) async throws {
        try await Scratch.with { scratch in
            var settings = Provider.Settings()
            settings.beforeDownload = { _ in try await Task.sleep(for: .milliseconds(300)) }
            try await Provider.with(in: scratch, settings: settings) { provider in
                try await provider.fill(standalone: 40, shards: 0)
                try scratch.writeConfig(for: provider, sinks: "disk")
                let program = Program(folder: scratch.path)
                let hasACopy: @Sendable () -> Bool = {
                    scratch.files(below: "backups").contains { $0.hasSuffix(".rdb") }
                }
                let stopped = try await program.signal(example.signal, when: hasACopy, "run")
                #expect(stopped.status == example.status)
                let rows = try await program.run("sql", "SELECT state FROM run_history", "--format", "csv")
                #expect(rows.output == "state\r\ncancelled\r\n")
                #expect(scratch.files(below: "backups").allSatisfy { !$0.hasSuffix(".part") })
                let next = try await program.run("run", "--quiet")
                #expect(next.status == 0)
                #expect(next.output.isEmpty)
            }
            #expect(scratch.digests(below: "backups") == scratch.digests(below: "provider/depot"))
        }
    }

    @Test func fromInitToACopy() async throws {
        try await Scratch.with { scratch in
            let program = Program(folder: scratch.path)
            #expect(try await program.run("init").status == 0)
            #expect(try await program.run("init").status == 73)
            let port = try FreePort.next()
            let config = String(
                decoding: FileManager.default.contents(atPath: scratch.file("wherry.yaml")) ?? Data(),
                as: UTF8.self
            )
            try scratch.write("wherry.yaml", Array(config.replacing("8378", with: String(port)).utf8))
            let added = try await program.run(
                "depot",
                "add",
                "sessions",
                Fixtures.rdb("sessions-shard-0"),
                Fixtures.rdb("sessions-shard-1")
            )
            #expect(added.status == 0, "\(added.all)")
            let broken = try scratch.write("broken.rdb", Array("REDIS0010 and nothing else".utf8))
            #expect(try await program.run("depot", "add", "sessions", broken).status == 65)
            let listed = try await program.run("depot", "list", "--format", "csv")
            #expect(listed.output.split(whereSeparator: \.isNewline).count == 3)
            let server = try await ServerProcess.start(program, port: port)
            let check = try await program.run("check")
            #expect(check.status == 0, "\(check.all)")
            let run = try await program.run("run")
            #expect(run.status == 0, "\(run.all)")
            let status = try await server.stop()
            #expect(status == 0)
            #expect(scratch.files(below: ".").filter { $0.hasSuffix("manifest.json") }.count == 1)
        }
    }

    @Test func demoTellsTheWholeStory() async throws {
        try await Scratch.with { scratch in
            let outcome = try await Program(folder: scratch.path).run(
                "demo",
                "--builtin-snapshots",
                "--home",
                scratch.file("demo")
            )
            #expect(outcome.status == 0, "\(outcome.all)")
            #expect(outcome.output.contains("4 backups (6 files) delivered and verified"))
            #expect(outcome.output.contains("6 downloads of the script are identical"))
            #expect(!outcome.output.contains("\u{1B}"))
        }
    }
}
