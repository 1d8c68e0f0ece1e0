import FoundationEssentials
import Synchronization
import WherryCore
import WherryPluginKit
import WherryPrograms

/// Talks to a repository through `restic`.
final class ResticTool: Sendable {
    private let name: String
    private let environment: ProgramEnvironment
    private let limits: ProgramLimits
    /// Found out once: what makes it wait for a lock; none before version 0.16.
    private let patience = Mutex<[String]?>(nil)

    init(name: String, environment: ProgramEnvironment, limits: ProgramLimits) {
        self.name = name
        self.environment = environment
        self.limits = limits
    }

    /// Whether the repository is there and the password opens it.
    func look() async throws { _ = try await ask(["cat", "config", "--no-lock"]) }

    /// Makes the repository.
    ///
    /// - Parameter random: tells drafts of it apart.
    func make(random: UInt64) async throws {
        let place = environment.variables["RESTIC_REPOSITORY"].flatMap { ResticNewcomer(of: $0, random: random) }
        if let place {
            place.removeOthers()
            _ = try await ask(["init", "-r", place.draft])
            if try place.publish() { return }
        }
        _ = try await ask(["init"])
    }

    /// Makes a snapshot of one file.
    func backup(
        _ file: ResolvedFile,
        as path: String,
        tags: [String],
        using transfer: any Transfer
    ) async throws -> (FetchedFile, ResticSummary) {
        let words =
            ["backup", "--quiet", "--json", "--stdin", "--stdin-filename", path] + tags.flatMap { ["--tag", $0] }
        let found = Mutex<ResticSummary?>(nil)
        let keep: @Sendable (ResticSummary) -> Void = { summary in found.withLock { $0 = summary } }
        let (outcome, fetched) = try await ProgramRunner(limits: limits).run(
            try await program(words, waits: true),
            feeding: file,
            of: transfer,
            output: .lines(limit: 64 << 10) { line in
                if let summary = ResticSummary(line: line) { keep(summary) }
            }
        )
        if let failure = ResticComplaint.failure(outcome) { throw failure }
        guard let fetched, let summary = found.withLock({ $0 }) else {
            throw Failure(
                .unsupported,
                code: "restic.unreadable",
                "restic ended well and named no snapshot.",
                remedy: "Use restic 0.14 or later."
            )
        }
        return (fetched, summary)
    }

    /// Passes on the bytes of a file of a snapshot; restic compares every piece with its digest.
    func dump(_ place: ResticPlace, to receive: @escaping @Sendable ([UInt8]) async throws -> Void) async throws {
        let outcome = try await ProgramRunner(limits: limits).run(
            try await program(["dump", "--quiet", "--no-lock", place.snapshot, "/" + place.path], waits: false),
            output: .chunks(receive)
        )
        guard let failure = ResticComplaint.failure(outcome) else { return }
        throw ResticComplaint.isOfDamage(outcome) ? .copyDamaged(place.location, failure.message) : failure
    }

    /// The snapshots with all of these tags.
    func snapshots(tags: [String]) async throws -> [ResticSnapshot] {
        try await list(["--tag", tags.joined(separator: ",")])
    }

    /// Those of these snapshots that are there.
    func snapshots(ids: [String]) async throws -> [ResticSnapshot] { try await list(ids) }

    private func list(_ words: [String]) async throws -> [ResticSnapshot] {
        let text = try await ask(["snapshots", "--no-lock", "--json"] + words)
        do {
            return try JSONDecoder().decode([ResticSnapshot]?.self, from: Data(text.utf8)) ?? []
        } catch {
            throw Failure(
                .unsupported,
                code: "restic.unreadable",
                "What restic lists cannot be read.",
                remedy: "Use restic 0.14 or later."
            )
        }
    }

    /// Forgets snapshots; their data stays until somebody prunes.
    func forget(_ ids: [String]) async throws { _ = try await ask(["forget", "--quiet"] + ids, waits: true) }

    private func ask(_ words: [String], waits: Bool = false) async throws -> String {
        var limits = limits
        limits.deadline = min(limits.deadline ?? .seconds(900), .seconds(900))
        let outcome = try await ProgramRunner(limits: limits).run(
            try await program(words, waits: waits),
            output: .collected(limit: 64 << 20)
        )
        if let failure = ResticComplaint.failure(outcome) { throw failure }
        return outcome.text
    }

    private func program(_ words: [String], waits: Bool) async throws -> Program {
        let more = waits ? try await waiting() : []
        return Program(name, words + more, environment: environment)
    }

    private func waiting() async throws -> [String] {
        if let known = patience.withLock({ $0 }) { return known }
        let outcome = try await ProgramRunner(limits: ProgramLimits(deadline: .seconds(60))).run(
            Program(name, ["version"], environment: environment)
        )
        try outcome.requireSuccess(.configuration)
        let words = ResticVersion.waitsForLocks(outcome.text) ? ["--retry-lock", "1m"] : []
        patience.withLock { $0 = words }
        return words
    }
}

/// What restic's versions can do.
enum ResticVersion {
    /// Whether a text such as `restic 0.16.4 compiled with …` is of a version with `--retry-lock`: 0.16 or later.
    static func waitsForLocks(_ text: String) -> Bool {
        let words = text.split(separator: " ")
        guard words.count >= 2 else { return false }
        let numbers = words[1].split(separator: ".").map { Int($0.prefix { $0.isNumber }) ?? 0 }
        guard numbers.count >= 2 else { return false }
        return numbers[0] > 0 || numbers[1] >= 16
    }
}
