import Foundation
import Testing
import WherryTestSupport

/// `wherry prove`, with a real redis-server: what it says of good copies and of bad ones, and what it leaves in the catalog.
@Suite(.timeLimit(.minutes(5)))
struct ProveTests {
    private static let key = ["--identity", "owner.key"]

    /// Proves the copies on the disk, and tells the code of the only failure.
    private func code(_ home: RestoreHome, _ arguments: String...) async throws -> (status: Int32, code: String) {
        let outcome = try await home.program.run(["prove", "--sink", "disk", "--format", "json"] + arguments)
        let found = outcome.output.firstMatch(of: /"failure_code": "([a-z.-]+)"/)
        #expect(home.scratchFolders == [], "\(outcome.all)")
        #expect(home.processes() == [])
        return (outcome.status, found.map { String($0.output.1) } ?? outcome.all)
    }

    @Test func goodCopiesAreProvenAndTheCatalogSaysSo() async throws {
        try await RestoreHome.with(fill: { try await $0.fill(standalone: 3, shards: 3) }) { home in
            #expect(try await home.rows("unproven").count == 2)
            let outcome = try await home.program.run(["prove"] + Self.key)
            #expect(outcome.status == 0, "\(outcome.all)")
            // The newest of each instance in each of two sinks.
            #expect(outcome.output.contains("Of 4 copies 4 restored and loaded; 0 did not."), "\(outcome.all)")
            #expect(home.scratchFolders == [])
            #expect(home.processes() == [])
            let proofs = try await home.rows(
                """
                SELECT outcome, sink, instance, files, keys_loaded + keys_expired = (SELECT sum(keys) \
                FROM delivery_history AS d WHERE d.delivery_id = p.delivery_id) AS counted, server, \
                load_ms <= duration_ms AS fast, memory_bytes > 0 AS used, failure_code, proven_by LIKE 'cli:%' AS person \
                FROM restore_proofs AS p ORDER BY instance, sink
                """
            )
            #expect(
                proofs == [
                    "proven,disk,crs-orders01,1,1,redis,1,1,,1", "proven,sealed,crs-orders01,1,1,redis,1,1,,1",
                    "proven,disk,crs-sessions,3,1,redis,1,1,,1", "proven,sealed,crs-sessions,3,1,redis,1,1,,1",
                ]
            )
            #expect(try await home.rows("unproven") == [])
            let coverage = try await home.rows(
                "SELECT newest_proven IS newest_copy, newest_proven_at IS newest_copy_at FROM coverage"
            )
            #expect(coverage == ["1,1", "1,1"])
            let rest = try await home.rows(
                "SELECT count(DISTINCT delivery_id) FROM delivery_history WHERE proven_at IS NULL"
            )
            #expect(rest == ["4"])
            let all = try await home.program.run(["prove", "--all", "--since", "1h", "--format", "csv"] + Self.key)
            #expect(all.status == 0, "\(all.all)")
            #expect(all.output.split(whereSeparator: \.isNewline).count == 1 + 8)
        }
    }

    @Test func aCopyThatIsNoLongerRightIsNoLongerProven() async throws {
        try await RestoreHome.with(fill: { try await $0.fill(standalone: 1, shards: 0) }) { home in
            #expect(try await home.program.run("prove", "--sink", "disk").status == 0)
            #expect(
                try await home.rows("SELECT proven_at IS NOT NULL FROM delivery_history WHERE sink = 'disk'") == ["1"]
            )
            let copy = try #require(home.copies(in: "disk").first)
            try home.change(copy) { $0[$0.count / 2] ^= 1 }
            #expect(try await code(home) == (65, "restore.wrong-digest"))
            #expect(try await home.rows("SELECT proven_at IS NULL FROM delivery_history WHERE sink = 'disk'") == ["1"])
            #expect(try await home.rows("SELECT newest_proven IS NULL FROM coverage") == ["1"])
            try FileManager.default.removeItem(atPath: home.scratch.file(copy))
            #expect(try await code(home) == (65, "sink.copy-gone"))
            // What says nothing of the copy takes nothing away.
            #expect(try await home.program.run(["prove", "--sink", "sealed"] + Self.key).status == 0)
            #expect(try await home.program.run("prove", "--sink", "sealed").status == 65)
            #expect(
                try await home.rows("SELECT proven_at IS NOT NULL FROM delivery_history WHERE sink = 'sealed'") == ["1"]
            )
        }
    }

    @Test func onlyTheServerRefusesWhatTheCatalogWasMadeToFit() async throws {
        let good = MadeDump.file(MadeDump.database(0), MadeDump.key("a"), MadeDump.key("b"))
        try await RestoreHome.with(dumps: [good]) { home in
            #expect(try await home.program.run("prove", "--sink", "disk").status == 0)
            // The same key twice: every record is in order, and no server takes it.
            let copy = try #require(home.copies(in: "disk").first)
            try home.change(copy) { $0 = MadeDump.file(MadeDump.database(0), MadeDump.key("a"), MadeDump.key("a")) }
            let digest = try #require(home.scratch.digests(below: "backups").first)
            try await home.sql("UPDATE artifact SET sha256 = '\(digest)'")
            let outcome = try await home.program.run("prove", "--sink", "disk", "--format", "json")
            #expect(outcome.status == 65, "\(outcome.all)")
            #expect(outcome.output.contains("\"failure_code\": \"prove.refused\""), "\(outcome.all)")
            #expect(outcome.output.contains("it holds a key twice"), "\(outcome.all)")
            #expect(home.scratchFolders == [])
            #expect(try await home.rows("SELECT proven_at IS NULL FROM delivery_history WHERE sink = 'disk'") == ["1"])
        }
    }

    @Test func aCountThatDoesNotFitIsNoProof() async throws {
        try await RestoreHome.with(dumps: [MadeDump.file(MadeDump.database(0), MadeDump.key("a"))]) { home in
            try await home.sql("UPDATE artifact SET rdb_keys = rdb_keys + 1")
            #expect(try await code(home) == (65, "prove.other-count"))
            try await home.sql("UPDATE artifact SET rdb_keys = NULL")
            #expect(try await home.program.run("prove", "--sink", "disk").status == 0)
        }
    }

    @Test func highDatabasesAndExpiredKeysAreCounted() async throws {
        let soon = UInt64(Date.now.timeIntervalSince1970 + 3_600) * 1_000
        let dump = MadeDump.file(
            MadeDump.database(20) + MadeDump.key("a") + MadeDump.expiry(1_000) + MadeDump.key("gone"),
            MadeDump.database(40) + MadeDump.expiry(soon) + MadeDump.key("b")
        )
        try await RestoreHome.with(dumps: [dump]) { home in
            let outcome = try await home.program.run("prove", "--sink", "disk")
            #expect(outcome.status == 0, "\(outcome.all)")
            #expect(try await home.rows("SELECT keys_loaded, keys_expired FROM restore_proofs") == ["2,1"])
        }
    }

    @Test func aDumpThatDoesNotFitIntoMemoryIsNotLoaded() async throws {
        let dump = MadeDump.file(MadeDump.note("used-mem", "900000000000000"), MadeDump.database(0), MadeDump.key("a"))
        try await RestoreHome.with(dumps: [dump]) { home in
            let refused = try await code(home)
            #expect(refused == (65, "prove.no-memory"))
            let forced = try await home.program.run("prove", "--sink", "disk", "--force")
            #expect(forced.status == 0, "\(forced.all)")
        }
    }

    @Test func whatIsNoDumpIsNotProven() async throws {
        try await RestoreHome.with(dumps: [MadeDump.file(MadeDump.database(0))]) { home in
            let copy = try #require(home.copies(in: "disk").first)
            try home.change(copy) { $0 = Array("encrypted before it came here".utf8) }
            let digest = try #require(home.scratch.digests(below: "backups").first)
            try await home.sql("UPDATE artifact SET sha256 = '\(digest)', size_bytes = 30 - 1")
            #expect(try await code(home) == (65, "prove.not-a-dump"))
        }
    }

    @Test func sinksThatCannotReadBackAreLeftOutAndNamed() async throws {
        try await RestoreHome.with(fill: { try await $0.fill(standalone: 1, shards: 0) }) { home in
            let more = """
                - name: mute
                  plugin: command
                  options: {program: sh, arguments: [-c, "cat >/dev/null"]}
                - name: telling
                  plugin: command
                  options:
                    program: sh
                    arguments: [-c, "cat >kept"]
                    read: [cat, kept]
                """
            try home.scratch.writeConfig(for: home.provider, sinks: "disk, mute, telling", more: more)
            let run = try await home.program.run("run", "--quiet")
            #expect(run.status == 0, "\(run.all)")
            let outcome = try await home.program.run("prove")
            #expect(outcome.status == 0, "\(outcome.all)")
            // Of the sink that is gone from the configuration nothing is said.
            #expect(outcome.output.contains("Of 2 copies 2 restored and loaded; 0 did not."), "\(outcome.all)")
            #expect(
                outcome.error.contains("The sink mute cannot read back what it has: 1 not tried."),
                "\(outcome.all)"
            )
            #expect(try await home.rows("SELECT count(*) FROM restore_proofs") == ["2"])
            #expect(try await home.program.run("prove", "--sink", "mute").status == 66)
            let restore = try await home.program.run("restore", "crs-orders01", "--sink", "mute", "-o", "out")
            #expect(restore.status == 69, "\(restore.all)")
            let gone = try await home.program.run("restore", "crs-orders01", "--sink", "telling", "-o", "out")
            #expect(gone.status == 0, "\(gone.all)")
            #expect(home.scratch.digests(below: "out") == home.scratch.digests(below: "provider/depot"))
        }
    }

    @Test func whatIsMissingIsSaidBeforeAnythingIsRead() async throws {
        try await RestoreHome.with(fill: { try await $0.fill(standalone: 1, shards: 0) }) { home in
            let nothing = try await home.program.run("prove", "--instance", "crs-nobody")
            #expect(nothing.status == 66, "\(nothing.all)")
            var program = home.program
            program.environment["PATH"] = home.scratch.file("bin")
            let missing = try await program.run("prove", "--sink", "disk")
            #expect(missing.status == 78, "\(missing.all)")
            #expect(missing.error.contains("apt install redis-server"), "\(missing.all)")
            let other = try await home.program.run("prove", "--sink", "disk", "--server", "/bin/true")
            #expect(other.status == 78, "\(other.all)")
            #expect(try await home.rows("SELECT count(*) FROM restore_proofs") == ["0"])
        }
    }
}
