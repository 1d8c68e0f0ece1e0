import Logging
import WherryCore
import WherryPluginWire
import WherryPrograms

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// Runs a plugin's program in ways in which wherry itself would not.
struct Probe: Sendable {
    /// What came of it.
    struct Outcome: Sendable {
        /// All of standard output.
        var output: [UInt8]
        /// The end of standard error.
        var complaints: String
        /// How it ended.
        var exit: Conversation.Exit

        /// What its lines mean together with its exit status.
        ///
        /// - Throws: ``Violation`` or ``PluginError``.
        func judge(_ request: PluginRequest) throws -> Conversation.Answer {
            var conversation = Conversation(request.operation, versions: request.versions)
            for line in output.split(separator: UInt8(ascii: "\n")) { _ = try conversation.take(line) }
            return try conversation.end(exit)
        }
    }

    /// The program.
    var path: String
    /// A folder for it.
    var folder: String
    /// How long it may take.
    var patience: Duration

    /// What it is given.
    struct Input: Sendable {
        /// The request's line; nil for none.
        var request: JSONValue?
        /// The operation on its command line.
        var operation = "describe"
        /// Whether its environment says who started it.
        var hasCookie = true
        /// Whether its input ends behind the request, rather than when it is done.
        var ends = false
    }

    /// Runs it; `more` is done once the request is written.
    func run(_ input: Input, more: @escaping @Sendable () async throws -> Void = {}) async throws -> Outcome {
        let lines = Collected()
        let outcome = try await runner.run(
            Program(
                path,
                [input.operation],
                environment: ProgramEnvironment(Self.environment(input.hasCookie)),
                folder: folder
            ),
            input: .fed { writer in
                if let request = input.request { try await writer.write(try request.line() + [UInt8(ascii: "\n")]) }
                try await more()
                // Cancelled as soon as the program is gone.
                if !input.ends { try await lines.untilAnswer() }
            },
            output: .chunks { bytes in try await lines.add(bytes) }
        )
        return Outcome(output: await lines.bytes, complaints: outcome.complaints, exit: Self.exit(outcome.ending))
    }

    /// Asks it to end while it waits for its request.
    ///
    /// - Returns: how long it took.
    func terminate() async throws -> Duration {
        let runner = runner
        let program = Program(
            path,
            ["describe"],
            environment: ProgramEnvironment(Self.environment(true)),
            folder: folder
        )
        let task = Task {
            _ = try await runner.run(
                program,
                input: .fed { _ in try await Task.sleep(for: .seconds(3_600)) },
                output: .discarded
            )
        }
        // Long enough for an interpreter to start; earlier, and the signal's default ends it as well.
        try await Task.sleep(for: .seconds(1))
        let start = ContinuousClock.now
        task.cancel()
        _ = await task.result
        return .now - start
    }

    /// Whether it leaves processes behind when it ends, in its own session.
    ///
    /// - Returns: their number; nil where that cannot be known.
    func leftOvers(_ request: PluginRequest) async throws -> Int? {
        let script = folder + "/watch.sh"
        let count = folder + "/left"
        try Data(Self.watcher.utf8).write(to: URL(fileURLWithPath: script))
        let lines = Collected()
        let program = Program(
            "/bin/sh",
            [script, count, path, request.operation],
            environment: ProgramEnvironment(Self.environment(true)),
            folder: folder
        )
        _ = try await runner.run(
            program,
            input: .fed { writer in
                try await writer.write(try request.value.line() + [UInt8(ascii: "\n")])
                try await lines.untilAnswer()
            },
            output: .chunks { bytes in try await lines.add(bytes) }
        )
        guard let text = try? String(contentsOf: URL(fileURLWithPath: count), encoding: .utf8) else { return nil }
        return Int(text.split(whereSeparator: \.isNewline).first ?? "")
    }

    /// Counts the processes of its session, itself and the dead aside, once the program has ended.
    private static let watcher = """
        count=$1 left=0
        shift
        "$@"
        status=$?
        for file in /proc/[0-9]*/stat; do
            { read -r line <"$file"; } 2>/dev/null || continue
            pid=${line%% *}
            set -- ${line##*) }
            if [ "$4" = $$ ] && [ "$pid" != $$ ] && [ "$1" != Z ]; then left=$((left + 1)); fi
        done
        echo "$left" >"$count"
        exit $status

        """

    private var runner: ProgramRunner {
        ProgramRunner(limits: ProgramLimits(deadline: patience, grace: .seconds(3)))
    }

    private static func exit(_ ending: ProgramOutcome.Ending) -> Conversation.Exit {
        switch ending {
        case .exited(let status): .status(Int32(truncatingIfNeeded: status))
        case .signaled(let signal): .signal(Int32(truncatingIfNeeded: signal))
        }
    }

    private static func environment(_ hasCookie: Bool) -> [String: String] {
        let own = ProcessInfo.processInfo.environment
        var variables = own.filter { PluginProtocol.environment.contains($0.key) }
        variables["PATH"] = variables["PATH"] ?? "/usr/local/bin:/usr/bin:/bin"
        if hasCookie { variables[PluginProtocol.cookie] = PluginProtocol.name }
        return variables
    }
}

/// What a program wrote so far.
private actor Collected {
    private(set) var bytes: [UInt8] = []
    private var isAnswered = false

    func add(_ more: [UInt8]) throws {
        bytes += more
        guard bytes.count <= 8 << 20 else { throw Violation.longLine }
        isAnswered = bytes.split(separator: UInt8(ascii: "\n")).contains { line in
            let type = JSONValue(line: line)?["type"]?.text
            return type == "result" || type == "error"
        }
    }

    /// Returns once the last line was written.
    func untilAnswer() async throws {
        while !isAnswered { try await Task.sleep(for: .milliseconds(10)) }
    }
}
