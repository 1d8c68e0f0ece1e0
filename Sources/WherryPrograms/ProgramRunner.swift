import Subprocess
import SystemPackage
import WherryCore

/// Runs programs of somebody else's, each in a session of its own.
///
/// However a run ends, nothing of the program's process group is left, and nothing waits for a pipe that somebody else
/// holds. SIGPIPE never reaches this process. Memory is bounded whatever a program prints.
public struct ProgramRunner: Sendable {
    /// How long a program may take.
    public var limits: ProgramLimits

    /// A runner.
    public init(limits: ProgramLimits = ProgramLimits()) { self.limits = limits }

    /// Runs one program to its end.
    ///
    /// - Returns: how it ended, well or not; see ``ProgramOutcome/requireSuccess(_:remedy:)``.
    /// - Throws: what the closure of `input` or `output` threw; `CancellationError`; ``Failure``: `program.not-found`
    ///   and `program.cannot-start` (configuration), `program.timed-out` and `program.stalled` (transient),
    ///   `program.too-much-output` (unsupported), `program.no-pipe` (exhausted).
    public func run(
        _ program: Program,
        input: ProgramInput = .nothing,
        output: ProgramOutput = .collected(limit: 1 << 20)
    ) async throws -> ProgramOutcome {
        try Task.checkCancellation()
        let run = try ProgramRun(program, limits: limits, input: input, output: output)
        // Not cancelled with us, as the library would then end the program in its way; see ``ProgramRun/stop(_:)``.
        let task = Task { try await Self.spawn(program, run) }
        return try await withTaskCancellationHandler {
            try await task.value
        } onCancel: {
            run.stop(.cancelled)
        }
    }

    private static func spawn(_ program: Program, _ run: ProgramRun) async throws -> ProgramOutcome {
        var options = PlatformOptions()
        options.createSession = true
        let environment = program.environment.revealed
        var variables: [Subprocess.Environment.Key: String] = [:]
        for (name, value) in environment {
            if let key = Subprocess.Environment.Key(rawValue: name) { variables[key] = value }
        }
        await run.arm()
        defer { run.disarm() }
        let status: TerminationStatus
        do {
            // The library's own streams wait for no pipe's end either, but it closes a child's input whenever the
            // closure returns or throws, and it does not mind SIGPIPE: so the pipes are ours.
            status = try await Subprocess.run(
                program.name.utf8.contains(UInt8(ascii: "/")) ? .path(FilePath(program.name)) : .name(program.name),
                arguments: Arguments(program.arguments),
                environment: .custom(variables),
                workingDirectory: program.folder.map { FilePath($0) },
                platformOptions: options,
                input: .fileDescriptor(run.childInput, closeAfterSpawningProcess: true),
                output: .fileDescriptor(run.childOutput, closeAfterSpawningProcess: true),
                error: .fileDescriptor(run.childError, closeAfterSpawningProcess: true)
            ) { execution in
                await run.accompany(execution.processIdentifier.value)
            }.terminationStatus
        } catch let error as SubprocessError {
            throw failure(error, program)
        }
        return try run.outcome(status)
    }

    private static func failure(_ error: SubprocessError, _ program: Program) -> Failure {
        if error.code == .executableNotFound {
            return Failure(
                .configuration,
                code: "program.not-found",
                "There is no program \(program.name)\(program.name.contains("/") ? "" : " in PATH").",
                remedy: "Install it, or name it by its path."
            )
        }
        let why = error.underlyingError.map { "\($0)" } ?? "\(error.code)"
        return Failure(
            .configuration,
            code: "program.cannot-start",
            "The program \(program.name) could not be started: \(why).",
            remedy: "See whether this user may run it, and whether its folder is there."
        )
    }
}
