import Synchronization
import WherryCore
import WherryPluginKit
import WherryPrograms

/// A running `command` sink.
struct CommandSink: Sink {
    /// What a delivery's arguments may name.
    static let fields = ["source", "instance", "backup", "time", "shard", "file", "size"]
    /// What the arguments about a copy may name.
    static let copyFields = ["location", "shard", "size", "sha256"]
    /// The status of `presence` and `read` that means: it is gone.
    static let absent = 3

    let command: Command
    let location: PathTemplate
    let checkCommand: Command?
    let presenceCommand: Command?
    let removeCommand: Command?
    let readCommand: Command?
    let limits: ProgramLimits

    /// Questions are answered sooner than files are taken.
    private var shortly: ProgramRunner {
        ProgramRunner(limits: ProgramLimits(deadline: min(limits.deadline ?? .seconds(300), .seconds(300))))
    }

    func check() async throws -> [Finding] {
        guard let checkCommand else {
            return [
                command.isFound
                    ? Finding(.ok, "The program \(command.name) is there.")
                    : Finding(.error, "There is no program \(command.name).", remedy: "Install it, or set program:.")
            ]
        }
        let outcome = try await shortly.run(try checkCommand.program([:]), output: .discarded)
        guard let trouble = outcome.trouble else {
            return [Finding(.ok, "\(checkCommand.name) says that all is well.")]
        }
        return [Finding(.error, "\(checkCommand.name) \(trouble).", remedy: "See what it says.")]
    }

    func deliver(_ backup: ResolvedBackup, using transfer: any Transfer) async throws -> Receipt {
        var artifacts: [Artifact] = []
        for file in backup.files { artifacts.append(try await deliver(file, of: backup, using: transfer)) }
        return Receipt(outcome: .delivered, artifacts: artifacts)
    }

    private func deliver(
        _ file: ResolvedFile,
        of backup: ResolvedBackup,
        using transfer: any Transfer
    ) async throws -> Artifact {
        let program = try command.program([
            "source": backup.source.rawValue,
            "instance": backup.backup.instance.rawValue,
            "backup": backup.backup.id.rawValue,
            "time": backup.backup.startedAt.compact,
            "shard": String(file.file.position),
            "file": file.file.name,
            "size": file.file.size.map { String($0.bytes) } ?? "",
        ])
        let reply = LastReply()
        let (outcome, fetched) = try await ProgramRunner(limits: limits).run(
            program,
            feeding: file,
            of: transfer,
            output: .lines(limit: 64 << 10) { reply.read($0) }
        )
        try outcome.requireSuccess()
        guard let fetched else {
            throw Failure(
                .transient,
                code: "program.stopped-reading",
                "\(command.name) ended before it was given everything.",
                remedy: "Give it arguments with which it reads its standard input to the end."
            )
        }
        let said = reply.last
        return Artifact(
            position: file.file.position,
            location: try said?.location.map { try place($0, program) }
                ?? location.path(of: file, in: backup),
            size: fetched.size,
            sha256: fetched.sha256,
            rdb: fetched.rdb,
            grade: fetched.grade,
            stored: said?.stored(by: command.name)
        )
    }

    /// What the program calls the place, fit for the catalog.
    private func place(_ text: String, _ program: Program) throws -> String {
        let masked = Masking(Array(program.environment.secrets.values)).masked(text)
        guard !masked.isEmpty, masked.utf8.count <= 4_096, !masked.unicodeScalars.contains(where: { $0.value < 32 })
        else {
            throw Failure(
                .unsupported,
                code: "command.bad-location",
                "The location that \(command.name) names is empty, longer than 4096 bytes, or has control characters.",
                remedy: "Let it print a plain text, or none, and set location:."
            )
        }
        return masked
    }

    func presence(of receipt: Receipt) async throws -> Presence {
        guard let presenceCommand else { return .unknown("The option presence is not set.") }
        for artifact in receipt.artifacts {
            let outcome: ProgramOutcome
            do {
                outcome = try await shortly.run(try presenceCommand.program(values(artifact)), output: .discarded)
            } catch let failure as Failure {
                return .unknown(failure.message)
            }
            switch outcome.ending {
            case .exited(0): continue
            case .exited(Self.absent): return .absent
            default: return .unknown("\(presenceCommand.name) \(outcome.trouble ?? "failed").")
            }
        }
        return .present
    }

    func read(_ artifact: Artifact, to receive: @escaping @Sendable ([UInt8]) async throws -> Void) async throws {
        guard let readCommand else { throw Failure.cannotRead("This sink has no command that reads a copy back.") }
        let outcome = try await ProgramRunner(limits: limits).run(
            try readCommand.program(values(artifact)),
            output: .chunks(receive)
        )
        if outcome.ending == .exited(Self.absent) { throw Failure.copyGone(artifact.location) }
        try outcome.requireSuccess()
    }

    func remove(_ receipt: Receipt) async throws {
        guard let removeCommand else {
            throw Failure(
                .unsupported,
                code: "command.cannot-remove",
                "This sink has no command that removes a copy.",
                remedy: "Set the option remove, or remove the copies where they are."
            )
        }
        for artifact in receipt.artifacts {
            let outcome = try await shortly.run(try removeCommand.program(values(artifact)), output: .discarded)
            try outcome.requireSuccess()
        }
    }

    private func values(_ artifact: Artifact) -> [String: String] {
        [
            "location": artifact.location,
            "shard": String(artifact.position),
            "size": (artifact.stored?.size ?? artifact.size).map { String($0.bytes) } ?? "",
            "sha256": artifact.sha256?.hex ?? "",
        ]
    }
}

/// The last reply among a program's lines.
private final class LastReply: Sendable {
    private let reply = Mutex<CommandReply?>(nil)

    var last: CommandReply? { reply.withLock { $0 } }

    func read(_ line: String) { if let read = CommandReply(line: line) { reply.withLock { $0 = read } } }
}
