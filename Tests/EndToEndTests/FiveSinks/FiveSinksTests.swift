import Crypto
import Foundation
import TestProcesses
import Testing
import WherryCatalog
import WherryCore
import WherryTestSupport
import WherryTransfer

/// One job, five sinks of different kinds: each byte fetched once, every copy right whatever happens.
@Suite(.timeLimit(.minutes(15)), .serialized)
struct FiveSinksTests {
    private func withHome(
        standalone: Int,
        shards: Int,
        large: [Int] = [],
        settings: Provider.Settings = Provider.Settings(),
        _ body: @escaping @Sendable (FiveSinksHome, Provider) async throws -> Void
    ) async throws {
        try await Scratch.with { scratch in
            try await Provider.with(in: scratch, settings: settings) { provider in
                try await provider.fill(standalone: standalone, shards: shards)
                for (number, size) in large.enumerated() {
                    try await provider.addLarge(size, to: Instance.ID(rawValue: "crs-large\(number)"), in: scratch)
                }
                try await ObjectStore.withSeaweed { store in
                    try await HTTPConnections.with { connections in
                        let home = try await FiveSinksHome(
                            in: scratch,
                            store: store,
                            provider: provider,
                            connections: connections
                        )
                        try await body(home, provider)
                    }
                }
            }
        }
    }

    @Test func everyByteIsFetchedOnceAndEveryCopyIsTheSame() async throws {
        try await withHome(standalone: 17, shards: 3, large: [12 << 20, 7 << 20]) { home, provider in
            let check = try await home.program.run("check", "--write")
            #expect(check.status == 0, "\(check.all)")
            for sink in FiveSinksHome.sinks {
                #expect(check.output.contains("sink \(sink): The probe is removed again."), "\(check.all)")
                #expect(try await home.digests(in: sink).isEmpty, "\(sink)")
            }
            let run = try await home.program.run("run")
            #expect(run.status == 0, "\(run.all)")
            let source = home.scratch.digests(below: "provider/depot")
            // 20 backups, one of them of three files.
            #expect(source.count == 22)
            #expect(provider.requests.downloads.count == 22)
            for sink in FiveSinksHome.sinks {
                #expect(try await home.digests(in: sink) == source, "\(sink)")
                #expect(try home.receipts(of: sink) == source, "\(sink)")
            }
            let there = try await home.program.run("deliveries", "check")
            #expect(there.status == 0, "\(there.all)")
            #expect(
                there.output.contains("Of 100 copies 100 are there, 0 gone; 0 could not be looked at."),
                "\(there.all)"
            )
            // One is removed by hand, one is cut short, and a snapshot is forgotten by another tool.
            try await home.spoil()
            let gone = try await home.program.run("deliveries", "check", "--format", "csv")
            #expect(gone.status == 66, "\(gone.all)")
            let rows = gone.output.split(whereSeparator: \.isNewline).dropFirst()
            #expect(
                Set(rows.map { $0.split(separator: ",").prefix(2) }) == [
                    ["absent", "disk"], ["absent", "shelf"], ["absent", "vault"],
                ],
                "\(gone.all)"
            )
            #expect(rows.count == 3)
            let dump = try await Program.run("/usr/bin/sqlite3", ["catalog.db", ".dump"], folder: home.scratch.path)
            for mark in ["LEAKMARK", Provider.secretKey] {
                #expect(!dump.output.contains(mark))
                #expect(!run.all.contains(mark))
                #expect(!check.all.contains(mark))
            }
        }
    }

    @Test func killedAtAnyMomentItGoesOn() async throws {
        let environment = ProcessInfo.processInfo.environment
        let seed = environment["WHERRY_SEED"].flatMap { UInt64($0) } ?? .random(in: 1...999_999)
        let kills = environment["WHERRY_SINK_KILLS"].flatMap { Int($0) } ?? 5
        let moments = SeededRandom.moments(kills * 4, of: 300...4_500, seed: seed)
        var settings = Provider.Settings()
        settings.beforeDownload = { _ in try await Task.sleep(for: .milliseconds(150)) }
        try await withHome(standalone: 7, shards: 3, large: [12 << 20], settings: settings) { home, _ in
            let source = home.scratch.digests(below: "provider/depot")
            let known = Set(source)
            var killed = 0
            for moment in moments where killed < kills {
                let wasKilled = try await home.program.kill(after: moment, "run", "--quiet")
                killed += wasKilled ? 1 : 0
                for sink in FiveSinksHome.sinks {
                    let found = try await finished(in: sink, home)
                    #expect(found.allSatisfy(known.contains), "\(sink), seed \(seed)")
                }
                guard !wasKilled || killed % 4 == 3 else { continue }
                // All over again, so that kills fall into every phase.
                // The notes about uploads stay: without them nobody knows whose a half one is.
                let forgotten = try await Program.run(
                    "/usr/bin/sqlite3",
                    ["catalog.db", "DELETE FROM artifact; DELETE FROM delivery;"],
                    folder: home.scratch.path
                )
                #expect(forgotten.status == 0, "seed \(seed): \(forgotten.all)")
            }
            print("five sinks: \(killed) kills, seed \(seed)")
            #expect(killed == kills, "seed \(seed): the kills came too late to tell anything")
            let last = try await home.program.run("run")
            #expect(last.status == 0, "seed \(seed): \(last.all)")
            for sink in FiveSinksHome.sinks {
                #expect(Set(try await home.digests(in: sink)) == known, "\(sink), seed \(seed)")
                #expect(try home.receipts(of: sink) == source, "\(sink), seed \(seed)")
            }
            let swept = try await home.program.run("prune", "--uploads", "--older-than", "0s")
            #expect(swept.status == 0, "seed \(seed): \(swept.all)")
            #expect(try await home.store.unfinished() == 0, "seed \(seed)")
            #expect(Set(try await home.digests(in: "store")) == known, "seed \(seed)")
        }
    }

    /// What a sink has under final names.
    private func finished(in sink: String, _ home: FiveSinksHome) async throws -> [String] {
        switch sink {
        case "disk": return digests(home, "backups") { $0.hasSuffix(".rdb") }
        // rclone brings files under names of the staging folder, and moves them when they are verified.
        case "remote": return digests(home, "remote") { !$0.hasPrefix(".wherry-part/") }
        // The plugin's own half-written file begins with a dot.
        case "shelf": return digests(home, "shelf") { !$0.hasPrefix(".") }
        case "vault" where !FileManager.default.fileExists(atPath: home.scratch.file("vault/config")): return []
        default: return try await home.digests(in: sink)
        }
    }

    private func digests(_ home: FiveSinksHome, _ folder: String, _ isFinal: (String) -> Bool) -> [String] {
        home.scratch.files(below: folder).filter(isFinal).compactMap { name in
            let bytes = FileManager.default.contents(atPath: home.scratch.file("\(folder)/\(name)"))
            return bytes.flatMap { SHA256Digest(bytes: Array(SHA256.hash(data: $0)))?.hex }
        }
    }
}
