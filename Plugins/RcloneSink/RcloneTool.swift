import FoundationEssentials
import WherryCore
import WherryPluginKit
import WherryPrograms

/// Talks to a remote through `rclone`.
struct RcloneTool: Sendable {
    /// What rclone says of one file.
    struct Entry: Sendable, Decodable {
        var name: String
        /// -1 where the remote does not know it.
        var size: Int64
        var hashes: [String: String]?
        var isFolder: Bool?

        private enum CodingKeys: String, CodingKey {
            case name = "Name"
            case size = "Size"
            case hashes = "Hashes"
            case isFolder = "IsDir"
        }
    }

    /// Ended with it: a folder or file that is not there.
    private static let missing: Set<ProgramOutcome.Ending> = [.exited(3), .exited(4)]

    let name: String
    let environment: ProgramEnvironment
    let limits: ProgramLimits

    /// How long a question may take.
    private var shortly: ProgramRunner {
        ProgramRunner(limits: ProgramLimits(deadline: min(limits.deadline ?? .seconds(600), .seconds(600))))
    }

    /// What rclone does at its own pace without a word: remotes that read a file to tell its digest, or copy it to move it.
    private var silently: ProgramRunner { ProgramRunner(limits: ProgramLimits(deadline: limits.deadline)) }

    /// Writes a file's bytes under this name.
    func write(_ file: ResolvedFile, to path: String, using transfer: any Transfer) async throws -> FetchedFile {
        var words = ["rcat"]
        if let size = file.file.size { words += ["--size", String(size.bytes)] }
        let (outcome, fetched) = try await ProgramRunner(limits: limits).run(
            program(words + [path]),
            feeding: file,
            of: transfer,
            output: .discarded
        )
        try require(outcome)
        guard let fetched else {
            throw Failure(
                .transient,
                code: "program.stopped-reading",
                "\(name) ended before it was given everything.",
                remedy: "Update rclone; see what the remote says."
            )
        }
        return fetched
    }

    /// Passes on what lies under this name.
    ///
    /// - Throws: ``Failure`` `sink.copy-gone` when nothing does.
    func read(_ path: String, to receive: @escaping @Sendable ([UInt8]) async throws -> Void) async throws {
        // Of a folder it would pass on all files, one after the other.
        guard let entry = try await entry(path), entry.isFolder != true else { throw Failure.copyGone(path) }
        let outcome = try await ProgramRunner(limits: limits).run(program(["cat", path]), output: .chunks(receive))
        // What its layers of encryption and compression find out.
        let isDamaged = ["failed to authenticate decrypted block", "corrupted on transfer", "checksum error"]
            .contains { outcome.complains(of: $0) }
        if isDamaged, !outcome.isSuccess { throw Failure.copyDamaged(path, "rclone cannot read it back as it was.") }
        try require(outcome)
    }

    /// What lies under this name; nil when nothing does.
    func entry(_ path: String, withDigest: Bool = false) async throws -> Entry? {
        let digest = withDigest ? ["--hash", "--hash-type", "sha256"] : []
        let runner = withDigest ? silently : shortly
        let outcome = try await runner.run(program(["lsjson", "--stat", "--no-mimetype"] + digest + [path]))
        if Self.missing.contains(outcome.ending) { return nil }
        try require(outcome)
        let text = outcome.text
        if text.allSatisfy({ $0.isWhitespace }) || text.hasPrefix("null") { return nil }
        return try decoded(Entry.self, text)
    }

    /// The files of a folder that nobody has touched for so long.
    func entries(of folder: String, olderThan age: Duration) async throws -> [Entry] {
        let words = ["lsjson", "--files-only", "--no-mimetype", "--min-age", "\(age.components.seconds)s", folder]
        let outcome = try await shortly.run(program(words), output: .collected(limit: 64 << 20))
        if Self.missing.contains(outcome.ending) { return [] }
        try require(outcome)
        return try decoded([Entry].self, outcome.text)
    }

    /// Gives a file another name; one that has it is replaced.
    func move(_ path: String, to other: String) async throws {
        try require(try await silently.run(program(["moveto", path, other]), output: .discarded))
    }

    /// Removes a file; well done when it is gone already.
    func delete(_ path: String) async throws {
        let outcome = try await shortly.run(program(["deletefile", path]), output: .discarded)
        if outcome.isSuccess || Self.missing.contains(outcome.ending) { return }
        // The status is the same for a file that is gone.
        if try await entry(path) == nil { return }
        try require(outcome)
    }

    /// Whether a folder can be listed; one that is not there yet can.
    func look(at folder: String) async throws {
        let words = ["lsjson", "--max-depth", "1", "--files-only", "--min-size", "1P", "--no-mimetype", folder]
        let outcome = try await shortly.run(program(words), output: .discarded)
        if !Self.missing.contains(outcome.ending) { try require(outcome) }
    }

    private func program(_ words: [String]) -> Program {
        Program(name, words + ["--ask-password=false", "--retries", "1", "--quiet"], environment: environment)
    }

    private func decoded<Value: Decodable>(_ type: Value.Type, _ text: String) throws -> Value {
        do {
            return try JSONDecoder().decode(type, from: Data(text.utf8))
        } catch {
            throw Failure(
                .unsupported,
                code: "rclone.unreadable",
                "What \(name) lists cannot be read.",
                remedy: "Use rclone 1.60 or later."
            )
        }
    }

    private func require(_ outcome: ProgramOutcome) throws {
        guard let trouble = outcome.trouble else { return }
        if outcome.complains(of: "didn't find section in config file") {
            throw Failure(
                .configuration,
                code: "rclone.no-remote",
                "rclone does not know the remote.",
                remedy: "Name one that `rclone listremotes` lists for this user, and set config: to its configuration."
            )
        }
        if outcome.complains(of: "decrypt configuration") || outcome.complains(of: "password to decrypt") {
            throw Failure(
                .authentication,
                code: "rclone.config-locked",
                "rclone's configuration is encrypted, and the option config_password does not open it.",
                remedy: "Set config_password to a reference to its password."
            )
        }
        throw Failure(
            .transient,
            code: "rclone.failed",
            "rclone \(trouble).",
            remedy: "See what it says; try the same remote by hand: rclone lsd."
        )
    }
}
