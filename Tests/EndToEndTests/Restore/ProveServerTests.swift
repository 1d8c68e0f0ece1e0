import Foundation
import Testing
import WherryTestSupport

/// The private server of `wherry prove`: what it is given, and that it is gone afterwards, whatever happens.
@Suite(.timeLimit(.minutes(5)))
struct ProveServerTests {
    /// A server that says who it is, and then nothing any more.
    private static let silent = """
        #!/bin/sh
        [ "$1" = --version ] && { echo 'Redis server v=7.0.15 sha=00000000:0'; exit 0; }
        trap '' TERM
        sleep 600

        """

    private func with(_ body: @escaping @Sendable (RestoreHome) async throws -> Void) async throws {
        let dump = MadeDump.file(MadeDump.database(0), MadeDump.key("a"))
        try await RestoreHome.with(dumps: [dump]) { home in
            try home.install("silent", Self.silent)
            try await body(home)
        }
    }

    private func isAtWork(_ home: RestoreHome) -> Bool { home.processes().contains { $0.contains("sleep 600") } }

    @Test func itIsReachableForNobodyElse() async throws {
        try await with { home in
            // Notes what it is given, and goes on to the real one.
            try home.install(
                "spy",
                """
                #!/bin/sh
                [ "$1" = --version ] && exec redis-server --version
                here='\(home.scratch.path)'
                { tr '\\0' '\\n' </proc/$$/environ; tr '\\0' '\\n' </proc/$$/cmdline; } >"$here/seen"
                cp server.conf "$here/conf"; ls -ld . >"$here/mode"; ls -l >>"$here/mode"
                exec redis-server "$@"

                """
            )
            var program = home.program
            program.environment["LEAKMARKname"] = "LEAKMARKvalue"
            let outcome = try await program.run("prove", "--sink", "disk", "--server", "./spy")
            #expect(outcome.status == 0, "\(outcome.all)")
            func text(_ name: String) throws -> String {
                try String(contentsOfFile: home.scratch.file(name), encoding: .utf8)
            }
            let lines = try text("conf").split(separator: "\n")
            #expect(lines.contains("port 0"))
            #expect(lines.contains("save \"\""))
            #expect(lines.contains("appendonly no"))
            #expect(lines.contains("enable-debug-command no"))
            #expect(!lines.contains { $0.hasPrefix("bind") || $0.hasPrefix("include") || $0.hasPrefix("loadmodule") })
            let seen = try text("seen")
            #expect(!seen.contains("LEAKMARK") && !seen.contains("HOME="))
            let modes = try text("mode").split(separator: "\n").filter { $0.hasPrefix("d") || $0.hasPrefix("-") }
            #expect(modes.allSatisfy { $0.dropFirst(4).hasPrefix("------") || $0.contains("------ ") }, "\(modes)")
            #expect(home.scratchFolders == [])
            #expect(home.processes() == [])
        }
    }

    @Test func oneThatHangsIsEndedInTime() async throws {
        try await with { home in
            let outcome = try await home.program.run(
                "prove",
                "--sink",
                "disk",
                "--server",
                "./silent",
                "--timeout",
                "1s"
            )
            #expect(outcome.status == 65, "\(outcome.all)")
            #expect(outcome.output.contains("prove.too-slow"), "\(outcome.all)")
            #expect(home.scratchFolders == [])
            #expect(home.processes() == [])
            #expect(try await home.rows("SELECT outcome, failure_class FROM restore_proofs") == ["failed,transient"])
        }
    }

    @Test(arguments: [(SIGINT, 130), (SIGTERM, 143)] as [(Int32, Int32)])
    func whoStopsItLeavesNeitherServerNorFolder(signal: Int32, status: Int32) async throws {
        try await with { home in
            let outcome = try await home.program.signal(
                signal,
                when: { isAtWork(home) },
                "prove",
                "--sink",
                "disk",
                "--server",
                "./silent"
            )
            #expect(outcome.status == status, "\(outcome.all)")
            #expect(home.scratchFolders == [])
            #expect(home.processes() == [])
            #expect(try await home.rows("SELECT count(*) FROM restore_proofs") == ["0"])
        }
    }

    @Test func theServerOfOneThatWasKilledDiesAndTheNextTidiesUp() async throws {
        try await with { home in
            let outcome = try await home.program.signal(
                SIGKILL,
                when: { isAtWork(home) },
                "prove",
                "--sink",
                "disk",
                "--server",
                "./silent"
            )
            #expect(outcome.status == 128 + SIGKILL)
            for _ in 0..<500 where !home.processes().isEmpty { try await Task.sleep(for: .milliseconds(20)) }
            #expect(home.processes() == [])
            #expect(home.scratchFolders.count == 1)
            let next = try await home.program.run("prove", "--sink", "disk")
            #expect(next.status == 0, "\(next.all)")
            #expect(home.scratchFolders == [])
        }
    }

    @Test func whoDoesNotStartIsNotTakenForARefusal() async throws {
        try await with { home in
            try home.install(
                "broken",
                "#!/bin/sh\n[ \"$1\" = --version ] && exec redis-server --version\necho 'no such directive' >&2; exit 1\n"
            )
            let outcome = try await home.program.run("prove", "--sink", "disk", "--server", "./broken")
            #expect(outcome.status == 65, "\(outcome.all)")
            #expect(outcome.output.contains("prove.server-failed"), "\(outcome.all)")
            #expect(outcome.output.contains("no such directive"), "\(outcome.all)")
        }
    }
}
