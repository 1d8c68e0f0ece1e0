import Foundation
import TestProcesses
import Testing
import WherryCatalog
import WherryCore
import WherryTestSupport
import WherryTransfer

/// The program with the sink `s3`: killed, with answers lost, and with wrong keys.
@Suite(.timeLimit(.minutes(10)), .serialized)
struct S3KillTests {
    private func withStore(
        large: [Int],
        _ body: @escaping @Sendable (Scratch, ObjectStore, Provider, HTTPConnections) async throws -> Void
    ) async throws {
        try await Scratch.with { scratch in
            try await Provider.with(in: scratch) { provider in
                try await provider.fill(standalone: 2, shards: 3)
                for (number, size) in large.enumerated() {
                    try await provider.addLarge(size, to: Instance.ID(rawValue: "crs-large\(number)"), in: scratch)
                }
                try await ObjectStore.withSeaweed { store in
                    try await HTTPConnections.with { try await body(scratch, store, provider, $0) }
                }
            }
        }
    }

    @Test func killedAtRandomMoments() async throws {
        let seed = ProcessInfo.processInfo.environment["WHERRY_SEED"].flatMap { UInt64($0) } ?? .random(in: 1...999_999)
        let rounds = ProcessInfo.processInfo.environment["WHERRY_KILL_ROUNDS"].flatMap { Int($0) } ?? 2
        try await withStore(large: [21 << 20, (15 << 20) + 1]) { scratch, store, provider, connections in
            // All the bytes take more than two seconds: at least two kills come before a run is through.
            var moments = SeededRandom.moments(rounds * 20, of: 150...900, seed: seed).makeIterator()
            let source = provider.digests(in: scratch)
            var killed = 0
            for round in 0..<rounds {
                let home = try await S3Home(
                    in: scratch.sub("round-\(round)"),
                    store: store,
                    provider: provider,
                    connections: connections,
                    bandwidth: "16M"
                )
                for _ in 0..<8 {
                    guard let moment = moments.next() else { break }
                    let wasKilled = try await home.program.kill(after: moment, "run", "--quiet")
                    killed += wasKilled ? 1 : 0
                    // What has its final name is whole, whenever one looks.
                    let found = try await home.digests()
                    #expect(found.allSatisfy { source.contains($0) }, "seed \(seed)")
                    guard wasKilled else { break }
                }
                let before = try await home.digests()
                if round % 2 == 1 {
                    let pruned = try await home.program.run("prune", "--uploads", "--older-than", "0s")
                    #expect(pruned.status == 0, "seed \(seed): \(pruned.all)")
                    #expect(try await home.unfinished() == 0, "seed \(seed)")
                    #expect(try await home.digests() == before, "seed \(seed): what was completed survives")
                }
                let last = try await home.program.run("run")
                #expect(last.status == 0, "seed \(seed): \(last.all)")
                #expect(try await home.digests() == source, "seed \(seed)")
                let pruned = try await home.program.run("prune", "--uploads", "--older-than", "0s")
                #expect(pruned.status == 0, "seed \(seed): \(pruned.all)")
                #expect(try await home.unfinished() == 0, "seed \(seed)")
            }
            print("s3: \(killed) kills, seed \(seed)")
            #expect(killed >= rounds * 2, "seed \(seed): the kills came too late to tell anything")
        }
    }

    @Test func aProxyThatEatsAnswersLosesNothing() async throws {
        try await withStore(large: [11 << 20, (12 << 20) + 1]) { scratch, store, provider, connections in
            let port = try FreePort.next()
            let root = URL(fileURLWithPath: Fixtures.folder).deletingLastPathComponent().deletingLastPathComponent()
                .path
            let proxy = try ChildProcess(
                "/usr/bin/env",
                ["python3", root + "/scripts/eating-proxy", "\(port)", "\(store.port)", "3"],
                output: scratch.file("eaten")
            )
            defer {
                proxy.signal(SIGKILL)
                proxy.wait()
            }
            let home = try await S3Home(
                in: scratch.sub("home"),
                store: store,
                provider: provider,
                connections: connections,
                port: port
            )
            for _ in 0..<100 {
                if try await home.program.run("check").status == 0 { break }
                try await Task.sleep(for: .milliseconds(100))
            }
            let outcome = try await home.program.run("run")
            #expect(outcome.status == 0, "\(outcome.all)")
            let eaten = try String(contentsOfFile: scratch.file("eaten"), encoding: .utf8)
            #expect(eaten.split(separator: "\n").count >= 2)
            #expect(try await home.digests() == provider.digests(in: scratch))
            let pruned = try await home.program.run("prune", "--uploads", "--older-than", "0s", "--format", "json")
            #expect(pruned.output == "[]\n", "\(pruned.all)")
            #expect(try await home.unfinished() == 0)
        }
    }

    @Test func noSecretIsShown() async throws {
        try await withStore(large: [11 << 20]) { scratch, store, provider, connections in
            let home = try await S3Home(
                in: scratch.sub("home"),
                store: store,
                provider: provider,
                connections: connections
            )
            let commands: [[String]] = [
                ["check"], ["run"], ["deliveries", "--format", "json"], ["config", "show"],
                ["prune", "--uploads", "--older-than", "0s"], ["sql", "SELECT * FROM plugin_state"],
                ["plugins", "describe", "s3"],
            ]
            var printed = ""
            for command in commands {
                let isLogging = ["check", "run", "prune"].contains(command[0])
                let outcome = try await home.program.run(command + (isLogging ? ["--log-level", "trace"] : []))
                #expect(outcome.status == 0, "\(command): \(outcome.all)")
                printed += outcome.all
            }
            let refused = try await S3Home(
                in: scratch.sub("refused"),
                store: store,
                provider: provider,
                connections: connections,
                secretKey: "LEAKMARKanother"
            )
            for command in [["check"], ["run", "--log-level", "trace"], ["run", "--json"]] {
                let outcome = try await refused.program.run(command)
                #expect(outcome.status != 0)
                printed += outcome.all
            }
            #expect(!printed.contains("LEAKMARK"), "a secret was printed")
            #expect(!printed.contains("Signature="))
            for folder in ["home", "refused"] {
                let dump = try await Program.run(
                    "/usr/bin/sqlite3",
                    ["catalog.db", ".dump"],
                    folder: scratch.file(folder)
                )
                #expect(dump.status == 0)
                #expect(!dump.output.contains("LEAKMARK"))
            }
        }
    }
}

extension Provider {
    /// The SHA-256 of every file of the depot, sorted.
    fileprivate func digests(in scratch: Scratch) -> [String] { scratch.digests(below: "provider/depot") }
}
