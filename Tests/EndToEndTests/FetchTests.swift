import Foundation
import Testing
import WherryTestSupport

/// `wherry fetch` as people use it, killed and resumed.
@Suite(.timeLimit(.minutes(10)))
struct FetchTests {
    @Test func writesTheFileAndSaysItsDigest() async throws {
        let object = FaultObject(seed: 3, size: 300_000)
        try await Scratch.with { scratch in
            try await FaultServer.with(FaultCorpus.plain, object: object) { server in
                let program = Program(folder: scratch.path)
                let list = scratch.file("list")
                try Data("\(server.issue())\tout=a.rdb\tsize=300000\n".utf8).write(to: URL(fileURLWithPath: list))
                let first = try await program.run("fetch", "--list", "list")
                #expect(first.status == 0, "\(first.all)")
                #expect(first.output.hasSuffix("  a.rdb\n"))
                #expect(try await program.run("fetch", "--list", "list").status == 73)
                #expect(
                    try await program.run("fetch", "--list", "list", "--force", "--json").output.contains("size_bytes")
                )
                #expect(try await program.run("fetch").status == 64)
                let began = ContinuousClock.now
                let slow = try await program.run(
                    "fetch",
                    server.issue(),
                    "-o",
                    "slow.rdb",
                    "--limit-rate",
                    "200K",
                    "--quiet"
                )
                #expect(slow.status == 0, "\(slow.all)")
                #expect(ContinuousClock.now - began > .seconds(1))
                try FileManager.default.removeItem(atPath: scratch.file("slow.rdb"))
                #expect(try await program.run("fetch", server.issue(), "--limit-rate", "10Mb").status == 64)
                #expect(try await program.run("fetch", "ftp://x/y").status == 64)
                let wrong = String(repeating: "0", count: 64)
                let refused = try await program.run("fetch", server.issue(), "-o", "b.rdb", "--sha256", wrong)
                #expect(refused.status == 65, "\(refused.all)")
                #expect(scratch.files(below: ".") == ["a.rdb", "list"])
            }
            let got = FileManager.default.contents(atPath: scratch.file("a.rdb")).map { Array($0) }
            #expect(got == object.bytes(in: 0..<object.size))
        }
    }

    /// Lists come from other systems, and with what people write between the lines.
    @Test func listsAreReadAsTheyAreWritten() async throws {
        let object = FaultObject(seed: 3, size: 3_000)
        try await Scratch.with { scratch in
            try await FaultServer.with(FaultCorpus.plain, object: object) { server in
                let (one, two, three) = (server.issue(), server.issue(), server.issue())
                let list = "# mine\r\n\r\n\(one)\tout=größe.rdb\r\n \t\n\(two)&x=a/b\n\(three)\tsize=3000\tout=c.rdb"
                let outcome = try await Program(folder: scratch.path).run(
                    ["fetch", "--list", "-", "--quiet"],
                    input: list
                )
                #expect(outcome.status == 0, "\(outcome.all)")
            }
            #expect(scratch.files(below: ".").sorted() == ["c.rdb", "größe.rdb", "object.bin"])
        }
    }

    @Test func aFolderThatIsNotThereIsToldOnceAndNothingIsFetched() async throws {
        try await Scratch.with { scratch in
            try scratch.write("plain", [1])
            let object = FaultObject(seed: 3, size: 3_000)
            try await FaultServer.with(FaultCorpus.plain, object: object) { server in
                let program = Program(folder: scratch.path)
                for folder in ["none", "plain"] {
                    let list = "\(server.issue())\tout=a.rdb\n\(server.issue())\tout=b.rdb\n"
                    let missing = try await program.run(["fetch", "--list", "-", "-d", folder, "--json"], input: list)
                    #expect(missing.status == 78, "\(missing.all)")
                    #expect(missing.all.components(separatedBy: "fetch.no-folder").count == 2, "\(missing.all)")
                }
                #expect(server.records.isEmpty)
                try FileManager.default.createDirectory(
                    atPath: scratch.file("real"),
                    withIntermediateDirectories: false
                )
                try FileManager.default.createSymbolicLink(atPath: scratch.file("link"), withDestinationPath: "real")
                for folder in [".", "link", scratch.file("real"), "real/../link/"] {
                    let fetched = try await program.run("fetch", server.issue(), "--force", "-d", folder)
                    #expect(fetched.status == 0, "\(folder): \(fetched.all)")
                }
            }
        }
    }

    @Test func aDiskThatTakesNoMoreHasItsExitCode() async throws {
        let object = FaultObject(seed: 3, size: 300_000)
        try await Scratch.with { scratch in
            try await FaultServer.with(FaultCorpus.plain, object: object) { server in
                let program = Program(folder: scratch.path)
                // 64 blocks of 512 bytes, or of 1024: less than the file.
                let limited = #"ulimit -f 64; exec "$0" fetch "$1" -o a.rdb --json"#
                let full = try await Program.run(
                    "/bin/sh",
                    ["-c", limited, Program.path, server.issue()],
                    folder: scratch.path
                )
                #expect(full.status == 74, "\(full.all)")
                #expect(full.all.contains("disk.full"))
                #expect(!scratch.files(below: ".").contains("a.rdb"))
                let refused = try await program.run("fetch", server.issue(), "-d", "/proc", "--json")
                #expect(refused.status == 78, "\(refused.all)")
                #expect(refused.all.contains("disk.not-writable"))
                #expect(try await program.run("fetch", server.issue(), "-o", "a.rdb").status == 0)
            }
        }
    }

    @Test func tellsOfSomeFilesFromAll() async throws {
        try await Scratch.with { scratch in
            let object = FaultObject(seed: 3, size: 3_000)
            try await FaultServer.with(FaultCorpus.plain, object: object) { server in
                let program = Program(folder: scratch.path)
                let good = "\(server.issue())\tout=good.rdb\n"
                let bad = { (name: String) in "\(server.issue())\tout=\(name)\tsize=2999\n" }
                let some = try await program.run(["fetch", "--list", "-"], input: good + bad("bad.rdb"))
                #expect(some.status == 3, "\(some.all)")
                let none = try await program.run(["fetch", "--list", "-"], input: bad("bad.rdb") + bad("worse.rdb"))
                #expect(none.status == 65, "\(none.all)")
                #expect(scratch.files(below: ".") == ["good.rdb"])
            }
        }
    }

    @Test(arguments: [(SIGINT, Int32(130)), (SIGTERM, Int32(143))])
    func aSignalStopsItCleanly(_ example: (signal: Int32, status: Int32)) async throws {
        let object = FaultObject(seed: 3, size: 32 << 20)
        try await Scratch.with { scratch in
            let limits = FaultSettings(totalRate: 1 << 20, sendBuffer: 64 << 10)
            try await FaultServer.with(FaultCorpus.plain, object: object, settings: limits) { server in
                let program = Program(folder: scratch.path)
                let hasBegun: @Sendable () -> Bool = { !scratch.files(below: ".").isEmpty }
                let stopped = try await program.signal(
                    example.signal,
                    when: hasBegun,
                    "fetch",
                    server.issue(),
                    "-o",
                    "dump.bin"
                )
                #expect(stopped.status == example.status, "\(stopped.all)")
                #expect(!scratch.files(below: ".").contains("dump.bin"))
            }
        }
    }

    /// Which file has that name; nil when there is none.
    private static func inode(of path: String) -> Int? {
        (try? FileManager.default.attributesOfItem(atPath: path))?[.systemFileNumber] as? Int
    }

    /// `WHERRY_FETCH_KILLS` sets how many; a few in every run of the tests.
    @Test(arguments: [1, 4])
    func killedAnywhereItGoesOn(_ connections: Int) async throws {
        let kills = ProcessInfo.processInfo.environment["WHERRY_FETCH_KILLS"].flatMap { Int($0) } ?? 12
        let seed = ProcessInfo.processInfo.environment["WHERRY_SEED"].flatMap { UInt64($0) } ?? .random(in: 1...999_999)
        let object = FaultObject(seed: 4, size: 64 << 20)
        let right = object.bytes(in: 0..<object.size)
        let moments = SeededRandom.moments(kills, of: 40...1_500, seed: seed)
        try await Scratch.with { scratch in
            let limits = FaultSettings(totalRate: 48 << 20, sendBuffer: 64 << 10)
            try await FaultServer.with(FaultCorpus.plain, object: object, settings: limits) { server in
                let program = Program(folder: scratch.path)
                let url = server.issue()
                var killed: Int64 = 0
                var whole: Int64 = 0
                var states: [String: Int] = [:]
                for moment in moments {
                    let files = scratch.files(below: ".")
                    let state =
                        files.contains("dump.bin.part.journal") ? "resumed" : files.isEmpty ? "fresh" : "published"
                    states[state, default: 0] += 1
                    let arguments = ["fetch", url, "-o", "dump.bin", "--conns", "\(connections)", "--force", "--quiet"]
                    let file = scratch.file("dump.bin")
                    let before = Self.inode(of: file)
                    let isKilled = try await program.kill(after: moment, arguments)
                    // One that dies between publishing and its end has fetched all that it was to fetch.
                    if isKilled, Self.inode(of: file) == before { killed += 1 } else { whole += 1 }
                    guard let got = FileManager.default.contents(atPath: file) else { continue }
                    #expect(Array(got) == right, "seed \(seed)")
                    if (killed + whole) % 2 == 0 { try FileManager.default.removeItem(atPath: file) }
                }
                let last = try await program.run("fetch", url, "-o", "dump.bin", "--force", "--quiet")
                #expect(last.status == 0, "seed \(seed): \(last.all)")
                #expect(
                    FileManager.default.contents(atPath: scratch.file("dump.bin")).map { Array($0) } == right,
                    "seed \(seed)"
                )
                #expect(killed > 0)
                let again = server.records.bodyBytes - (whole + 1) * object.size
                print(
                    "fetch ×\(connections): \(killed) kills, \(again / max(1, killed)) bytes fetched again a kill, \(states), seed \(seed)"
                )
                #expect(again <= killed * (8 << 20), "seed \(seed): \(again) bytes fetched again in \(killed) kills")
                #expect(scratch.files(below: ".") == ["dump.bin"], "seed \(seed)")
            }
        }
    }
}
