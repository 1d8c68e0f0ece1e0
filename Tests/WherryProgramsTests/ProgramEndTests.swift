import Foundation
import Testing
import WherryCore
import WherryPrograms
import WherryTestSupport

/// How programs are ended, and what they can see of it.
@Suite struct ProgramEndTests {
    let patient = ProgramRunner(limits: ProgramLimits(deadline: .seconds(120), grace: .seconds(1)))

    /// Writes what it was fed to a file, and `end` to another when it sees the end.
    private func recorder(_ scratch: Scratch) -> Program {
        shell("trap '' TERM; cat >\(scratch.file("data")); echo end >\(scratch.file("end")); echo $?")
    }

    @Test func aFeederThatThrowsKillsBeforeTheEndIsSeen() async throws {
        try await Scratch.with { scratch in
            for round in 0..<20 {
                let inner = scratch.sub("\(round)")
                await #expect(throws: Mishap.self) {
                    try await patient.run(
                        recorder(inner),
                        input: .fed { writer in
                            try await writer.write(mebibyte)
                            throw Mishap()
                        }
                    )
                }
                #expect(!FileManager.default.fileExists(atPath: inner.file("end")))
            }
        }
    }

    @Test func aPipelineOfProgramsSeesNoEndEither() async throws {
        try await Scratch.with { scratch in
            for round in 0..<20 {
                let inner = scratch.sub("\(round)")
                await #expect(throws: Mishap.self) {
                    try await patient.run(
                        shell("cat | cat | { cat >/dev/null; echo end >\(inner.file("end")); }"),
                        input: .fed { writer in
                            try await writer.write(mebibyte)
                            throw Mishap()
                        }
                    )
                }
                try await Task.sleep(for: .milliseconds(20))
                #expect(!FileManager.default.fileExists(atPath: inner.file("end")))
            }
        }
    }

    @Test func cancellationEndsAChildThatIgnoresTERM() async throws {
        try await Scratch.with { scratch in
            let program = shell("trap '' TERM; echo $$ >\(scratch.file("id")); while :; do sleep 1; done")
            let task = Task { try await patient.run(program) }
            try await eventually { isAlive(scratch.file("id")) }
            task.cancel()
            await #expect(throws: CancellationError.self) { try await task.value }
            #expect(!isAlive(scratch.file("id")))
        }
    }

    @Test func cancellationWhileFeedingLeavesNoEnd() async throws {
        try await Scratch.with { scratch in
            let task = Task {
                try await patient.run(
                    recorder(scratch),
                    input: .fed { writer in while true { try await writer.write(mebibyte) } }
                )
            }
            try await eventually { FileManager.default.fileExists(atPath: scratch.file("data")) }
            task.cancel()
            await #expect(throws: CancellationError.self) { try await task.value }
            #expect(!FileManager.default.fileExists(atPath: scratch.file("end")))
        }
    }

    @Test func aDeadlineGivesTimeToTidyUp() async throws {
        try await Scratch.with { scratch in
            let runner = ProgramRunner(limits: ProgramLimits(deadline: .seconds(1), grace: .seconds(30)))
            let script = "trap 'echo tidy >\(scratch.file("tidy")); exit 0' TERM; while :; do sleep 0.1; done"
            await #expect { try await runner.run(shell(script)) } throws: {
                ($0 as? Failure)?.code == "program.timed-out"
            }
            #expect(FileManager.default.fileExists(atPath: scratch.file("tidy")))
        }
    }

    @Test func aStallIsNoticedOnlyWhenItIsTheProgramsTurn() async throws {
        let runner = ProgramRunner(
            limits: ProgramLimits(deadline: .seconds(120), stall: .seconds(2), grace: .seconds(1))
        )
        await #expect { try await runner.run(Program("sleep", ["100"])) } throws: {
            ($0 as? Failure)?.code == "program.stalled"
        }
        let outcome = try await runner.run(
            Program("cat"),
            input: .fed { writer in
                try await Task.sleep(for: .seconds(4))
                try await writer.write([1])
            },
            output: .chunks { _ in try await Task.sleep(for: .seconds(4)) }
        )
        #expect(outcome.isSuccess)
    }

    @Test func orphansAreEndedAndHoldNothingUp() async throws {
        try await Scratch.with { scratch in
            let script = "sleep 1000 & echo $! >\(scratch.file("id")); echo done"
            let outcome = try await patient.run(shell(script))
            #expect(outcome.text == "done\n" && outcome.isSuccess)
            try await eventually { !isAlive(scratch.file("id")) }
        }
    }

    @Test func anOrphanInASessionOfItsOwnHoldsNothingUp() async throws {
        // It writes on and on to the pipe that it holds.
        let script = "setsid sh -c 'echo $$; exec timeout 150 yes' & sleep 0.3; exit 0"
        let counted = Gathered<Int>()
        let start = ContinuousClock.now
        let outcome = try await patient.run(shell(script), output: .chunks { counted.add($0.count) })
        #expect(outcome.isSuccess)
        #expect(ContinuousClock.now - start < .seconds(100))
    }

    @Test func aChildThatStopsReadingIsToldWithItsReason() async throws {
        let failed = try await patient.run(
            shell("head -c 10 >/dev/null; echo 'disk full' >&2; exit 4"),
            input: .fed { writer in while true { try await writer.write(mebibyte) } }
        )
        #expect(failed.ending == .exited(4))
        #expect(failed.input == .cut)
        #expect(failed.trouble == "ended with status 4: disk full")

        let well = try await patient.run(
            Program("head", ["-c", "10"]),
            input: .fed { writer in while true { try await writer.write(mebibyte) } }
        )
        #expect(well.ending == .exited(0) && well.input == .cut)
        #expect { try well.requireSuccess() } throws: { ($0 as? Failure)?.code == "program.stopped-reading" }
    }

    @Test func aChildThatEndsWhileItsFeederWaitsIsNoSuccess() async throws {
        let outcome = try await patient.run(
            Program("true"),
            input: .fed { _ in try await Task.sleep(for: .seconds(100)) }
        )
        #expect(!outcome.isSuccess && outcome.input == .cut)
    }

    @Test func bytesThatNobodyReadAreNoSuccess() async throws {
        try await Scratch.with { scratch in
            let written = scratch.file("written")
            let outcome = try await patient.run(
                shell("until [ -e '\(written)' ]; do sleep 0.1; done; sleep 1"),
                input: .fed { writer in
                    try await writer.write([1, 2, 3])
                    try scratch.write("written", [])
                }
            )
            #expect(outcome.input == .unread(3))
            #expect(!outcome.isSuccess)
        }
    }

    @Test func aReceiverThatThrowsEndsTheProgram() async throws {
        await #expect(throws: Mishap.self) {
            try await patient.run(Program("yes"), output: .chunks { _ in throw Mishap() })
        }
    }

    @Test func aSlowReceiverSlowsTheProgramDown() async throws {
        try await Scratch.with { scratch in
            let counted = Gathered<Int>()
            let program = shell("head -c 8388608 /dev/zero; date +%s >\(scratch.file("done"))")
            _ = try await patient.run(
                program,
                output: .chunks { bytes in
                    if counted.all.isEmpty {
                        try await Task.sleep(for: .seconds(2))
                        #expect(!FileManager.default.fileExists(atPath: scratch.file("done")))
                    }
                    counted.add(bytes.count)
                }
            )
            #expect(counted.all.reduce(0, +) == 8_388_608)
        }
    }
}
