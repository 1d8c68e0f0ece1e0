import Foundation
import Testing
import WherryTestSupport

/// `wherry depot snapshot` and `prune` as people and timers use them.
@Suite(.timeLimit(.minutes(5)))
struct DepotSnapshotTests {
    private static let password = "pw-" + UUID().uuidString

    /// A redis-server, and a program with a depot.
    private func withServer(
        _ options: [String] = [],
        _ body: (Program, Scratch, _ address: String) async throws -> Void
    ) async throws {
        try await Scratch.with { scratch in
            try scratch.write("pw", Array("\(Self.password)\n".utf8))
            try await RealRedis.with(password: Self.password, options) { server in
                try await server.fill(2_000)
                let program = Program(folder: scratch.path)
                #expect(try await program.run("init").status == 0)
                try await body(program, scratch, server.address)
            }
        }
    }

    @Test func takesListsAndPrunes() async throws {
        try await withServer { program, scratch, address in
            let took = try await program.run(
                ["depot", "snapshot", address, "--instance", "orders", "--password", "file:pw", "--prune", "--json"]
            )
            #expect(took.status == 0, "\(took.all)")
            for part in ["\"instance\": \"orders\"", "\"files\": 1", "\"keys\": 2000", "\"pruned\": 0"] {
                #expect(took.output.contains(part), "\(took.output)")
            }
            let variable = Program(folder: scratch.path, environment: ["SNAP_PW": Self.password])
            let again = try await variable.run(
                ["depot", "snapshot", address, "--instance", "orders", "--password", "env:SNAP_PW"]
            )
            #expect(again.status == 0, "\(again.all)")
            #expect(again.output.split(separator: "\n").count == 1)
            #expect(!(took.all + again.all).contains(Self.password))
            let both = try await program.run("depot", "list", "--format", "csv")
            #expect(both.output.components(separatedBy: "dump.rdb").count == 3)
            let young = try await program.run("depot", "prune", "--dry-run")
            #expect(young.status == 0)
            #expect(young.output.isEmpty)
            #expect(try await program.run("depot", "prune", "--older-than", "1h").status == 64)
        }
    }

    @Test func refusalsHaveTheirExitCodes() async throws {
        try await withServer { program, _, address in
            let cases: [([String], Int32, String)] = [
                ([address], 77, "snapshot.refused"), (["http://h"], 64, "snapshot.bad-address"),
                (["redis://:secret-1@h"], 64, "snapshot.password-in-url"),
                ([address, "--password", "secret-1"], 64, "snapshot.bad-password"),
                ([address, "--password", "file:secret-1"], 78, "snapshot.no-secret"),
                ([address, "--stall-timeout", "soon"], 64, "snapshot.bad-option"),
                (["unix:/nonexistent/s"], 75, "snapshot.unreachable"),
                (["rediss://127.0.0.1:1"], 64, "snapshot.tls-options"),
            ]
            for (arguments, status, code) in cases {
                let outcome = try await program.run(
                    ["depot", "snapshot", "--json", "--instance", "orders"] + arguments
                )
                #expect(outcome.status == status, "\(outcome.all)")
                #expect(outcome.error.contains("\"code\": \"\(code)\""), "\(outcome.all)")
                if code != "snapshot.no-secret" { #expect(!outcome.all.contains("secret-1")) }
            }
            #expect(try await program.run("depot", "list", "--format", "json").output == "[]\n")
        }
    }

    @Test(arguments: [SIGTERM: 143, SIGINT: 130] as [Int32: Int32])
    func aSignalLeavesNothing(signal: Int32, status: Int32) async throws {
        try await withServer(["--rdb-key-save-delay", "50000"]) { program, scratch, address in
            let isReceiving: @Sendable () -> Bool = {
                (FileManager.default.subpaths(atPath: scratch.path) ?? []).contains { $0.hasSuffix(".part") }
            }
            let ended = try await program.signal(
                signal,
                when: isReceiving,
                "depot",
                "snapshot",
                address,
                "--instance",
                "orders",
                "--password",
                "file:pw"
            )
            #expect(ended.status == status)
            let rest = FileManager.default.subpaths(atPath: scratch.path) ?? []
            #expect(!rest.contains { $0.hasSuffix(".part") || $0.hasSuffix(".rdb") })
            #expect(try await program.run("depot", "list", "--format", "json").output == "[]\n")
        }
    }
}
