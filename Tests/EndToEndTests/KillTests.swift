import Foundation
import Testing
import WherryCatalog
import WherryTestSupport

/// A run that is killed at any moment leaves nothing wrong behind, and the next one completes it.
@Suite(.timeLimit(.minutes(5)))
struct KillTests {
    @Test func killedAtTwentyRandomMoments() async throws {
        let seed = ProcessInfo.processInfo.environment["WHERRY_SEED"].flatMap { UInt64($0) } ?? .random(in: 1...999_999)
        let moments = SeededRandom.moments(60, of: 5...900, seed: seed)
        try await Scratch.with { scratch in
            var settings = Provider.Settings()
            settings.beforeDownload = { _ in try await Task.sleep(for: .milliseconds(120)) }
            try await Provider.with(in: scratch, settings: settings) { provider in
                try await provider.fill(standalone: 29, shards: 3)
                let rounds = ProcessInfo.processInfo.environment["WHERRY_KILL_ROUNDS"].flatMap { Int($0) } ?? 1
                for round in 0..<rounds {
                    let home = scratch.sub("round-\(round)")
                    try home.writeConfig(for: provider, sinks: "disk")
                    try await check(home, provider: scratch, moments: moments, seed: seed)
                }
            }
        }
    }

    private func check(_ home: Scratch, provider: Scratch, moments: [Duration], seed: UInt64) async throws {
        let program = Program(folder: home.path)
        var killed = 0
        for moment in moments where killed < 20 {
            let wasKilled = try await program.kill(after: moment, "run", "--quiet")
            killed += wasKilled ? 1 : 0
            // What has its final name is whole, whenever one looks.
            let found = home.digests(below: "backups")
            let source = Set(provider.digests(below: "provider/depot"))
            #expect(found.allSatisfy { source.contains($0) }, "seed \(seed)")
            // Start anew when all is done, and now and then, so that kills fall into every phase.
            guard !wasKilled || killed % 5 == 4 else { continue }
            for part in ["", "-wal", "-shm"] {
                try? FileManager.default.removeItem(atPath: home.file("catalog.db" + part))
            }
        }
        #expect(killed == 20, "seed \(seed): the kills came too late to tell anything")
        let last = try await program.run("run")
        #expect(last.status == 0, "seed \(seed): \(last.all)")
        #expect(
            home.files(below: "backups").allSatisfy { !$0.hasSuffix(".part") && !$0.hasSuffix(".tmp") },
            "seed \(seed)"
        )
        #expect(home.digests(below: "backups") == provider.digests(below: "provider/depot"), "seed \(seed)")
        let catalog = try ReadOnlySQL(path: home.file("catalog.db"))
        let integrity = try catalog.run("PRAGMA integrity_check", rowLimit: 9, timeLimit: .seconds(9))
        #expect(integrity.rows == [[.text("ok")]], "seed \(seed)")
        let open = try catalog.run(
            "SELECT (SELECT count(*) FROM run WHERE state = 'running'), (SELECT count(*) FROM delivery WHERE state <> 'delivered')",
            rowLimit: 9,
            timeLimit: .seconds(9)
        )
        #expect(open.rows == [[.integer(0), .integer(0)]], "seed \(seed)")
    }
}
