import Foundation
import Testing
import WherryTestSupport

/// `wherry restore`, as a person would use it: the right bytes, or no file at all.
@Suite(.timeLimit(.minutes(5)))
struct RestoreTests {
    private static let damages: [@Sendable (inout [UInt8]) -> Void] = [
        { $0[$0.count / 2] ^= 1 }, { $0[0] ^= 1 }, { $0.removeLast() }, { $0 = [] }, { $0.append(7) },
    ]

    @Test func theNewestCopyComesBackAsItWasDelivered() async throws {
        try await RestoreHome.with(fill: { try await $0.fill(standalone: 3, shards: 3) }) { home in
            for (number, sink) in ["disk", "sealed"].enumerated() {
                let folder = "out/\(number)"
                for instance in ["crs-orders01", "crs-sessions"] {
                    let outcome = try await home.program.run(
                        "restore",
                        instance,
                        "--sink",
                        sink,
                        "-o",
                        folder,
                        "--identity",
                        "owner.key"
                    )
                    #expect(outcome.status == 0, "\(outcome.all)")
                    #expect(outcome.output.contains("Restored \(instance)/"), "\(outcome.all)")
                }
                #expect(home.scratch.files(below: folder).count == 4)
                let known = Set(home.scratch.digests(below: "provider/depot"))
                #expect(home.scratch.digests(below: folder).allSatisfy(known.contains))
                #expect(Set(home.scratch.digests(below: folder)).count == 4)
            }
            // The newest, and the one that is named.
            let newest = try await home.rows(
                "SELECT sha256 FROM delivery_history JOIN coverage ON newest_copy = backup WHERE sink = 'disk' AND shard = 0"
            )
            let oldest = try await home.rows(
                "SELECT backup, sha256 FROM delivery_history WHERE instance = 'crs-orders01' ORDER BY backup_started_at"
            )
            #expect(newest.count == 2)
            #expect(newest.allSatisfy(home.scratch.digests(below: "out/0").contains))
            let wanted = try #require(oldest.first).split(separator: ",").map(String.init)
            let named = try await home.program.run("restore", "crs-orders01", wanted[0], "-o", "one", "--json")
            #expect(named.status == 0, "\(named.all)")
            #expect(home.scratch.digests(below: "one") == [wanted[1]])
            #expect(named.output.contains("\"sha256\": \"\(wanted[1])\""), "\(named.all)")
            let part = try await home.program.run("restore", "crs-orders01", String(wanted[0].prefix(8)))
            #expect(part.status == 66, "\(part.all)")
        }
    }

    /// A shard that nobody knows of is missing, however well the others come back.
    @Test func aCopyOfSomeFilesOnlyIsNone() async throws {
        try await RestoreHome.with(fill: { try await $0.fill(standalone: 0, shards: 3) }) { home in
            let ofDisk =
                "SELECT max(a.id) FROM artifact AS a JOIN delivery AS d ON d.id = a.delivery_id WHERE d.sink = 'disk'"
            let forget = "DELETE FROM artifact WHERE id = (\(ofDisk))"
            let done = try await Program.run("/usr/bin/sqlite3", ["catalog.db", forget], folder: home.scratch.path)
            #expect(done.status == 0, "\(done.all)")
            let restored = try await home.program.run("restore", "crs-sessions", "--sink", "disk", "-o", "out")
            #expect(restored.status == 66, "\(restored.all)")
            #expect(restored.error.contains("Of the 3 files of"), "\(restored.all)")
            #expect(home.scratch.files(below: "out") == [])
            let proven = try await home.program.run("prove", "--sink", "disk", "--format", "json")
            #expect(proven.status == 65)
            #expect(proven.output.contains("\"failure_code\": \"restore.incomplete\""), "\(proven.all)")
        }
    }

    /// The newest backup, or a word that it cannot be had: never an older one in its place.
    @Test func anOlderBackupIsNoStandIn() async throws {
        try await RestoreHome.with(fill: { try await $0.fill(standalone: 2, shards: 0) }) { home in
            let newest = "SELECT id FROM backup ORDER BY started_at DESC, id DESC LIMIT 1"
            let retire = "UPDATE delivery SET sink = 'retired-' || sink WHERE backup_id = (\(newest))"
            let done = try await Program.run("/usr/bin/sqlite3", ["catalog.db", retire], folder: home.scratch.path)
            #expect(done.status == 0, "\(done.all)")
            let restored = try await home.program.run("restore", "crs-orders01", "-o", "out")
            #expect(restored.status == 78, "\(restored.all)")
            #expect(restored.error.contains("is no longer in the configuration"), "\(restored.all)")
            #expect(home.scratch.files(below: "out") == [])
        }
    }

    @Test func aDamagedCopyLeavesNothing() async throws {
        try await RestoreHome.with(fill: { try await $0.fill(standalone: 1, shards: 0) }) { home in
            for sink in ["disk", "sealed"] {
                let copy = try #require(home.copies(in: sink).first)
                let good = Array(try Data(contentsOf: URL(fileURLWithPath: home.scratch.file(copy))))
                for (number, damage) in Self.damages.enumerated() {
                    try home.change(copy, damage)
                    let outcome = try await home.program.run(
                        "restore",
                        "crs-orders01",
                        "--sink",
                        sink,
                        "-o",
                        "out",
                        "--identity",
                        "owner.key"
                    )
                    #expect(outcome.status == 65, "\(sink) \(number): \(outcome.all)")
                    #expect(home.scratch.files(below: "out") == [], "\(sink) \(number)")
                    try home.scratch.write(copy, good)
                }
            }
        }
    }

    @Test func whatTheCatalogSaysIsBelievedEvenIfTheSinkIsRight() async throws {
        try await RestoreHome.with(fill: { try await $0.fill(standalone: 1, shards: 0) }) { home in
            try await home.sql("UPDATE artifact SET sha256 = replace(sha256, substr(sha256, 1, 4), '0000')")
            for sink in ["disk", "sealed"] {
                let outcome = try await home.program.run(
                    "restore",
                    "crs-orders01",
                    "--sink",
                    sink,
                    "-o",
                    "out",
                    "--identity",
                    "owner.key"
                )
                #expect(outcome.status == 65, "\(outcome.all)")
            }
            #expect(home.scratch.files(below: "out") == [])
        }
    }

    @Test func oneDamagedShardKeepsAllOthersBack() async throws {
        try await RestoreHome.with(fill: { try await $0.fill(standalone: 0, shards: 3) }) { home in
            let last = try #require(home.copies(in: "disk").last)
            try home.change(last) { $0[$0.count / 2] ^= 1 }
            let outcome = try await home.program.run("restore", "crs-sessions", "--sink", "disk", "-o", "out")
            #expect(outcome.status == 65, "\(outcome.all)")
            #expect(home.scratch.files(below: "out") == [])
        }
    }

    @Test func whoCannotDecryptIsTold() async throws {
        try await RestoreHome.with(fill: { try await $0.fill(standalone: 1, shards: 0) }) { home in
            _ = try await home.makeKey("other.key")
            let cases: [(arguments: [String], status: Int32)] = [
                ([], 64), (["--identity", "other.key"], 77), (["--identity", "nowhere.key"], 64),
                (["--identity", "wherry.yaml"], 77),
            ]
            for (arguments, status) in cases {
                let outcome = try await home.program.run(
                    ["restore", "crs-orders01", "--sink", "sealed", "-o", "out"] + arguments
                )
                #expect(outcome.status == status, "\(arguments): \(outcome.all)")
                #expect(outcome.error.contains("help:"))
                #expect(!outcome.all.contains("AGE-SECRET-KEY"))
                #expect(home.scratch.files(below: "out") == [])
            }
        }
    }

    @Test func whatIsThereStaysUnlessForced() async throws {
        try await RestoreHome.with(fill: { try await $0.fill(standalone: 1, shards: 0) }) { home in
            let restore = ["restore", "crs-orders01", "--sink", "disk", "-o", "out"]
            #expect(try await home.program.run(restore).status == 0)
            let name = try #require(home.scratch.files(below: "out").first)
            try home.scratch.write("out/\(name)", [1])
            let refused = try await home.program.run(restore)
            #expect(refused.status == 73, "\(refused.all)")
            #expect(home.scratch.size(below: "out") == 1)
            #expect(try await home.program.run(restore + ["--force"]).status == 0)
            #expect(home.scratch.digests(below: "out") == home.scratch.digests(below: "provider/depot"))
        }
    }

    @Test func whatIsNotThereIsSaid() async throws {
        try await RestoreHome.with(fill: { try await $0.fill(standalone: 1, shards: 0) }) { home in
            try FileManager.default.removeItem(atPath: home.scratch.file(try #require(home.copies(in: "disk").first)))
            let cases: [(arguments: [String], status: Int32)] = [
                (["crs-orders01", "--sink", "disk"], 66), (["crs-nobody"], 66), (["crs-orders01", "b-none"], 66),
                (["crs-orders01", "--sink", "script"], 66), (["crs-orders01", "--sink", "nowhere"], 64),
            ]
            for (arguments, status) in cases {
                let outcome = try await home.program.run(["restore", "-o", "out"] + arguments)
                #expect(outcome.status == status, "\(arguments): \(outcome.all)")
            }
            #expect(home.scratch.files(below: "out") == [])
        }
    }

    @Test func afterAKillTheNextOneDoesIt() async throws {
        try await RestoreHome.with(fill: { try await $0.fill(standalone: 1, shards: 0) }) { home in
            try home.install("bin/zstd", "#!/bin/sh\ncat >/dev/null\nexec sleep 6\n")
            var program = home.program
            program.environment["PATH"] = home.scratch.file("bin") + ":/usr/local/bin:/usr/bin:/bin"
            let restore = ["restore", "crs-orders01", "--sink", "sealed", "-o", "out", "--identity", "owner.key"]
            let killed = try await program.signal(
                SIGKILL,
                when: { home.processes().contains { $0.contains("sleep 6") } },
                "restore",
                "crs-orders01",
                "--sink",
                "sealed",
                "-o",
                "out",
                "--identity",
                "owner.key"
            )
            #expect(killed.status == 128 + SIGKILL)
            #expect(home.scratch.files(below: "out").allSatisfy { $0.hasSuffix(".part") })
            for _ in 0..<500 where !home.processes().isEmpty { try await Task.sleep(for: .milliseconds(20)) }
            #expect(home.processes() == [])
            let next = try await home.program.run(restore)
            #expect(next.status == 0, "\(next.all)")
            #expect(home.scratch.files(below: "out").count == 1)
            #expect(home.scratch.digests(below: "out") == home.scratch.digests(below: "provider/depot"))
        }
    }

    @Test(arguments: [(SIGINT, 130), (SIGTERM, 143)] as [(Int32, Int32)])
    func whoStopsItFindsNothing(signal: Int32, status: Int32) async throws {
        try await RestoreHome.with(fill: { try await $0.fill(standalone: 1, shards: 0) }) { home in
            // Reads what it is given and never comes to an end.
            try home.install("bin/zstd", "#!/bin/sh\ncat >/dev/null\nexec sleep 600\n")
            var program = home.program
            program.environment["PATH"] = home.scratch.file("bin") + ":/usr/local/bin:/usr/bin:/bin"
            let outcome = try await program.signal(
                signal,
                when: { home.processes().contains { $0.contains("sleep 600") } },
                "restore",
                "crs-orders01",
                "--sink",
                "sealed",
                "-o",
                "out",
                "--identity",
                "owner.key"
            )
            #expect(outcome.status == status, "\(outcome.all)")
            #expect(home.scratch.files(below: "out") == [])
            #expect(home.processes() == [])
        }
    }
}
