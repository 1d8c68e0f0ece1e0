import Foundation
import Testing
import WherryCore
import WherryPrograms
import WherryTestSupport

/// What goes in and what comes out.
@Suite struct ProgramStreamTests {
    let runner = ProgramRunner(limits: ProgramLimits(deadline: .seconds(120), grace: .seconds(2)))

    @Test func collectsOutputAndTellsTheStatus() async throws {
        let outcome = try await runner.run(shell("printf out; printf err >&2; exit 3"))
        #expect(outcome.text == "out")
        #expect(outcome.complaints == "err")
        #expect(outcome.ending == .exited(3))
        #expect(outcome.trouble == "ended with status 3: err")
        #expect(throws: Failure.self) { try outcome.requireSuccess() }
    }

    @Test func passesBytesAndNothing() async throws {
        let bytes = try await runner.run(Program("cat"), input: .bytes(Array("hello".utf8)))
        #expect(bytes.text == "hello")
        let nothing = try await runner.run(Program("cat"))
        #expect(nothing.text.isEmpty && nothing.isSuccess)
        // Unread bytes are no failure of a program that was not fed.
        #expect(try await runner.run(Program("true"), input: .bytes(mebibyte)).isSuccess)
    }

    @Test func streamsBothWaysAtOnce() async throws {
        let counted = Gathered<Int>()
        let outcome = try await runner.run(
            Program("cat"),
            input: .fed { writer in for _ in 0..<200 { try await writer.write(mebibyte) } },
            output: .chunks { counted.add($0.count) }
        )
        #expect(outcome.isSuccess)
        #expect(counted.all.reduce(0, +) == 200 << 20)
    }

    @Test func handsOnLinesAndCutsLongOnes() async throws {
        let lines = Gathered<String>()
        let script = "printf 'one\\r\\n\\ntwo\\n'; head -c 3000000 /dev/zero | tr '\\0' z; printf '\\nlast'"
        _ = try await runner.run(shell(script), output: .lines(limit: 10) { lines.add($0) })
        #expect(lines.all == ["one", "", "two", "zzzzzzzzzz", "last"])
    }

    @Test func keepsOnlyTheEndOfAGibibyteOfComplaints() async throws {
        let outcome = try await runner.run(shell("head -c 1073741824 /dev/zero >&2; printf 'the end' >&2; exit 1"))
        #expect(outcome.complaints.utf8.count == 65_536)
        #expect(outcome.complaints.hasSuffix("the end"))
    }

    @Test func refusesToCollectMoreThanAskedFor() async throws {
        await #expect {
            try await runner.run(Program("yes"), output: .collected(limit: 1_000))
        } throws: {
            ($0 as? Failure)?.code == "program.too-much-output"
        }
    }

    @Test func givesOnlyTheEnvironmentNamed() async throws {
        let environment = ProgramEnvironment(["A": "1", "PATH": "/usr/bin:/bin"], secrets: ["B": Secret("two")])
        let outcome = try await runner.run(Program("env", environment: environment))
        #expect(outcome.text.split(separator: "\n").sorted() == ["A=1", "B=two", "PATH=/usr/bin:/bin"])
        #expect(!ProgramEnvironment.usual().variables.keys.contains("USER"))
    }

    @Test func masksSecretsAndURLsInComplaints() async throws {
        let environment = ProgramEnvironment.usual(secrets: ["KEY": Secret("hunter2")])
        let script = "echo \"bad key $KEY for https://host.example/a?sig=abc\" >&2; exit 1"
        let outcome = try await runner.run(shell(script, environment: environment))
        #expect(outcome.complaints == "bad key ••• for https://host.example/a?…\n")
    }

    @Test func namesWhatIsMissing() async throws {
        for name in ["no-such-program", "/no/such/program"] {
            await #expect { try await runner.run(Program(name)) } throws: {
                ($0 as? Failure)?.code == "program.not-found"
            }
        }
        await #expect { try await runner.run(Program("true", folder: "/no/such/folder")) } throws: {
            ($0 as? Failure)?.code == "program.cannot-start"
        }
    }

    @Test func runsInItsFolderAndSession() async throws {
        try await Scratch.with { scratch in
            let script = "pwd; cut -d' ' -f5,6 /proc/self/stat; echo $$"
            let program = Program("sh", ["-c", script], folder: scratch.path)
            let lines = try await runner.run(program).text.split(separator: "\n")
            #expect(lines.count == 3)
            #expect(lines[0] == scratch.path)
            #expect(lines[1] == "\(lines[2]) \(lines[2])")
        }
    }
}
