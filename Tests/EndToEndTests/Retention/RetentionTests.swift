import Foundation
import TestProcesses
import Testing
import WherryTestSupport

/// Old copies go by the rules of their sink, and no others.
@Suite(.timeLimit(.minutes(2)))
struct RetentionTests {
    /// A home whose disk keeps by these rules, with six backups of one instance, a day apart, all delivered.
    private func with(
        keep: String,
        _ body: @escaping @Sendable (Scratch, Program) async throws -> Void
    ) async throws {
        try await Scratch.with { scratch in
            let program = Program(folder: scratch.path)
            #expect(try await program.run("init").status == 0)
            let port = try FreePort.next()
            let config = String(
                decoding: try #require(FileManager.default.contents(atPath: scratch.file("wherry.yaml"))),
                as: UTF8.self
            )
            let changed = config.replacing("8378", with: String(port)).replacing("newest: 3\n", with: "newest: 100\n")
                .replacing("sinks: [disk, script]", with: "sinks: [disk]")
                .replacing("plugin: local-disk\n", with: "plugin: local-disk\n    keep: {\(keep)}\n")
            try scratch.write("wherry.yaml", Array(changed.utf8))
            for number in 0..<6 { try await Self.add(number, program) }
            let server = try await ServerProcess.start(program, port: port)
            try await body(scratch, program)
            #expect(try await server.stop() == 0)
        }
    }

    /// Puts a backup into the depot that was made on that day.
    private static func add(_ day: Int, _ program: Program) async throws {
        let added = try await program.run("depot", "add", "orders", Fixtures.rdb("all-types"))
        #expect(added.status == 0, "\(added.all)")
        let set = "UPDATE backup SET started_at = '2026-11-2\(day)T03:00:00Z' WHERE id = (SELECT max(id) FROM backup)"
        let changed = try await Program.run("/usr/bin/sqlite3", ["catalog.db", set], folder: program.folder)
        #expect(changed.status == 0, "\(changed.all)")
    }

    private func days(_ home: Scratch, _ condition: String = "removed_at IS NULL") throws -> String {
        try home.ask(
            """
            SELECT group_concat(day, ' ') FROM (SELECT substr(backup_started_at, 9, 2) AS day FROM delivery_history
                WHERE \(condition) ORDER BY backup_started_at)
            """
        )
    }

    @Test func runsRemoveWhatIsNotKept() async throws {
        try await with(keep: "newest: 2") { home, program in
            let run = try await program.run("run")
            #expect(run.status == 0, "\(run.all)")
            #expect(run.output.components(separatedBy: " removed from disk").count == 5)
            #expect(try days(home) == "24 25")
            #expect(try days(home, "removed_at IS NOT NULL AND state = 'delivered'") == "20 21 22 23")
            #expect(home.files(below: "backups").filter { $0.hasSuffix(".rdb") }.count == 2)
            #expect(try home.ask("SELECT count(*) FROM key_counts WHERE substr(backup_started_at, 9, 2) = '20'") == "0")
            let listed = try await program.run("deliveries", "--format", "csv")
            #expect(listed.output.components(separatedBy: ",removed,").count == 5)
            // What was removed is not delivered again.
            let again = try await program.run("run")
            #expect(again.output.contains("nothing to deliver"))
            #expect(home.files(below: "backups").filter { $0.hasSuffix(".rdb") }.count == 2)
            // The next backup takes the place of the oldest.
            try await Self.add(6, program)
            #expect(try await program.run("run").status == 0)
            #expect(try days(home) == "25 26")
        }
    }

    @Test func pruningShowsFirst() async throws {
        try await with(keep: "daily: 100") { home, program in
            #expect(try await program.run("run").status == 0)
            #expect(try days(home) == "20 21 22 23 24 25")
            let config = String(
                decoding: try #require(FileManager.default.contents(atPath: home.file("wherry.yaml"))),
                as: UTF8.self
            )
            try home.write("wherry.yaml", Array(config.replacing("daily: 100", with: "daily: 1, weekly: 2").utf8))
            let dry = try await program.run("prune", "--copies", "--dry-run", "--all")
            #expect(dry.status == 0)
            // 2026-11-23 was a Monday: the newest of the week before is that of Sunday.
            #expect(dry.output.contains("newest daily weekly"))
            #expect(dry.output.hasSuffix("4 old copies would be removed, 2 stay.\n"))
            #expect(try days(home) == "20 21 22 23 24 25")
            let real = try await program.run("prune", "--copies", "--format", "json")
            #expect(real.status == 0)
            #expect(real.output.components(separatedBy: "\"removed\"").count == 5)
            #expect(try days(home) == "22 25")
            #expect(try await program.run("prune", "--copies").output == "0 old copies removed, 2 stay.\n")
        }
    }

    @Test func withoutItsNewestCopyNothingIsRemoved() async throws {
        try await with(keep: "newest: 100") { home, program in
            #expect(try await program.run("run").status == 0)
            let config = String(
                decoding: try #require(FileManager.default.contents(atPath: home.file("wherry.yaml"))),
                as: UTF8.self
            )
            try home.write("wherry.yaml", Array(config.replacing("newest: 100}", with: "newest: 1}").utf8))
            let newest = try home.ask("SELECT location FROM delivery_history ORDER BY backup_started_at DESC LIMIT 1")
            try FileManager.default.removeItem(atPath: newest)
            let pruned = try await program.run("prune", "--copies")
            #expect(pruned.status == 65)
            #expect(pruned.error.contains("nothing of orders was removed"))
            #expect(home.files(below: "backups").filter { $0.hasSuffix(".rdb") }.count == 5)
            // It comes back when it is asked for, and then the others go.
            let check = try await program.run("deliveries", "check", "--again")
            #expect(check.status == 66)
            #expect(check.output.contains("The next run that selects them delivers them again"))
            #expect(try home.ask("SELECT newest_copy_at FROM coverage") == "2026-11-24T03:00:00Z")
            let run = try await program.run("run")
            #expect(run.status == 0, "\(run.all)")
            #expect(try days(home) == "25")
            #expect(home.files(below: "backups").filter { $0.hasSuffix(".rdb") }.count == 1)
            #expect(try home.ask("SELECT count(*) FROM delivery_history WHERE gone_at IS NOT NULL") == "0")
        }
    }

    /// A disk that is not mounted looks like one from which all was deleted.
    @Test func aDiskThatIsAwayLosesNothing() async throws {
        try await with(keep: "newest: 3") { home, program in
            #expect(try await program.run("run").status == 0)
            try FileManager.default.moveItem(atPath: home.file("backups"), toPath: home.file("away"))
            #expect(try await program.run("deliveries", "check", "--again").status == 0, "nobody can know")
            try FileManager.default.createDirectory(
                atPath: home.file("backups"),
                withIntermediateDirectories: true
            )
            let refused = try await program.run("deliveries", "check", "--again")
            #expect(refused.status == 73)
            #expect(refused.error.contains("Not one of the 3 copies in disk is there"))
            try await Self.add(6, program)
            let run = try await program.run("run")
            #expect(run.error.contains("Is its disk mounted?"))
            #expect(try home.ask("SELECT count(*) FROM delivery WHERE removed_at IS NULL") == "4")
            // Somebody insists, and then finds the disk.
            #expect(try await program.run("deliveries", "check", "--again", "--force").status == 66)
            #expect(try home.ask("SELECT count(*) FROM delivery WHERE gone_at IS NOT NULL") == "3")
            for file in home.files(below: "away") {
                let place = home.file("backups/" + file)
                let folder = URL(fileURLWithPath: place).deletingLastPathComponent()
                try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
                try FileManager.default.moveItem(atPath: home.file("away/" + file), toPath: place)
            }
            #expect(try await program.run("deliveries", "check").status == 0)
            #expect(try home.ask("SELECT count(*) FROM delivery WHERE gone_at IS NOT NULL") == "0")
            #expect(try await program.run("prune", "--copies").status == 0)
            #expect(try days(home) == "24 25 26")
        }
    }

    @Test func nothingIsRemovedWhenTheSourceCouldNotBeAsked() async throws {
        try await with(keep: "newest: 100") { home, program in
            #expect(try await program.run("run").status == 0)
            let config = String(
                decoding: try #require(FileManager.default.contents(atPath: home.file("wherry.yaml"))),
                as: UTF8.self
            )
            let closed = try FreePort.next()
            let cloud = """
                  - name: cloud
                    plugin: tencentcloud
                    options:
                      region: ap-guangzhou
                      endpoint: http://127.0.0.1:\(closed)
                      secret_id: file:secrets/api-key.id
                      secret_key: file:secrets/api-key.secret

                # Where backups go.
                """
            let changed = config.replacing("newest: 100}", with: "newest: 1}")
                .replacing("    source: depot\n    instances", with: "    source: cloud\n    instances")
                .replacing("# Where backups go.", with: cloud)
            try home.write("wherry.yaml", Array(changed.utf8))
            let run = try await program.run("run")
            #expect(run.status == 75, "\(run.all)")
            #expect(try days(home) == "20 21 22 23 24 25")
        }
    }

    @Test func rulesThatCannotBeKeptAreRefused() async throws {
        try await with(keep: "newest: 1") { home, program in
            let config = String(
                decoding: try #require(FileManager.default.contents(atPath: home.file("wherry.yaml"))),
                as: UTF8.self
            )
            for (from, to, text) in [
                ("keep: {newest: 1}", "keep: {}", "keep: has no rule"),
                ("plugin: script\n", "plugin: script\n    keep: {newest: 1}\n", "cannot remove copies"),
            ] {
                try home.write("wherry.yaml", Array(config.replacing(from, with: to).utf8))
                let outcome = try await program.run("prune", "--copies")
                #expect(outcome.status == 78)
                #expect(outcome.error.contains(text), "\(outcome.all)")
            }
            try home.write("wherry.yaml", Array(config.replacing("    keep: {newest: 1}\n", with: "").utf8))
            #expect(try await program.run("prune", "--copies").error.contains("No sink has rules"))
            #expect(try await program.run("prune", "--uploads", "--dry-run").status == 64)
        }
    }
}
