import Logging
import WherryCore
import WherryPluginKit

/// A running `restic` sink: one snapshot a file.
///
/// What a file is shows in the snapshot's tags. A snapshot that is being made, and one that is to be forgotten, are noted
/// before, so that neither an unverified nor a second one outlives a crash.
struct ResticSink: Sink {
    /// The tag of everything that is ours.
    static let mark = "wherry"
    private static let pending = "pending/"
    private static let forgotten = "forget/"

    let tool: ResticTool
    let template: PathTemplate
    let makesRepository: Bool
    let context: PluginContext

    func check() async throws -> [Finding] {
        do {
            try await tool.look()
            return [Finding(.ok, "The repository is there, and the password opens it.")]
        } catch let failure as Failure where failure.code == "restic.no-repository" && makesRepository {
            return [
                Finding(.warning, "There is no repository yet.", remedy: "The first run makes it, as init: is true.")
            ]
        } catch let failure as Failure {
            return [Finding(.error, failure.message, remedy: failure.remedy)]
        }
    }

    func prepare(run: RunID, recovering: Bool) async throws {
        if makesRepository {
            do {
                try await tool.look()
            } catch let failure as Failure where failure.code == "restic.no-repository" {
                try await tool.make(random: context.random())
            }
        }
        for (key, value) in try await context.notes.notes(under: Self.pending) {
            await attempt("settling an interrupted snapshot") { try await settle(key, value) }
        }
        try await forgetReplaced()
    }

    /// Forgets what was replaced: now, as restic wants the repository for itself, which would hinder other deliveries.
    func finish(_ run: RunSummary) async throws { try await forgetReplaced() }

    private func forgetReplaced() async throws {
        let ids = try await context.notes.notes(under: Self.forgotten).keys.map {
            String($0.dropFirst(Self.forgotten.count))
        }
        if ids.isEmpty { return }
        await attempt("forgetting replaced snapshots") { try await forget(ids.sorted()) }
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
        let tags = tags(file, of: backup)
        let path = template.path(of: file, in: backup)
        let before = try await ours(tags)
        let key = Self.pending + tags.dropFirst().joined(separator: "/")
        let value = before.joined(separator: ",")
        try await context.notes.note(key, value)
        let fetched: FetchedFile
        let snapshot: String
        do {
            let summary: ResticSummary
            (fetched, summary) = try await tool.backup(file, as: path, tags: tags, using: transfer)
            let made = try await ours(tags).filter { $0.hasPrefix(summary.snapshot) }
            guard made.count == 1, !summary.snapshot.isEmpty, summary.bytes == fetched.storedSize.bytes else {
                throw Failure(
                    .transient,
                    code: "restic.other-bytes",
                    "restic stored \(summary.bytes) bytes of \(file.file.name), which has \(fetched.storedSize.bytes).",
                    remedy: "Run it again; if it stays so, look at the repository: restic check."
                )
            }
            snapshot = made[0]
        } catch {
            // Also when we were cancelled. What cannot be settled now is settled before the next run.
            await Task { await attempt("settling a snapshot that failed") { try await settle(key, value) } }.value
            throw error
        }
        for id in before { try await context.notes.note(Self.forgotten + id, snapshot) }
        try await context.notes.note(key, nil)
        return Artifact(
            position: file.file.position,
            location: ResticPlace(snapshot: snapshot, path: path).location,
            size: fetched.size,
            sha256: fetched.sha256,
            rdb: fetched.rdb,
            grade: fetched.grade
        )
    }

    /// The tags that tell what a snapshot holds; no value has a comma, at which restic would part it.
    private func tags(_ file: ResolvedFile, of backup: ResolvedBackup) -> [String] {
        [
            Self.mark,
            "sink=" + PathTemplate.safe(context.name),
            "source=" + PathTemplate.safe(backup.source.rawValue),
            "instance=" + PathTemplate.safe(backup.backup.instance.rawValue),
            "backup=" + PathTemplate.safe(backup.backup.id.rawValue),
            "shard=\(file.file.position)",
        ]
    }

    /// The ids of the snapshots with just these tags.
    private func ours(_ tags: [String]) async throws -> [String] {
        try await tool.snapshots(tags: tags).filter { Set($0.tags ?? []) == Set(tags) }.map(\.id)
    }

    /// Forgets what an attempt may have left that never came to its end.
    private func settle(_ key: String, _ value: String) async throws {
        let before = Set(value.split(separator: ",").map(String.init))
        let tags = [Self.mark] + key.dropFirst(Self.pending.count).split(separator: "/").map(String.init)
        let left = try await ours(tags).filter { !before.contains($0) }
        if !left.isEmpty { try await tool.forget(left) }
        try await context.notes.note(key, nil)
    }

    /// Forgets those of these snapshots that are there and ours, and the notes about them.
    private func forget(_ ids: [String]) async throws {
        let there = try await tool.snapshots(ids: ids).filter { ids.contains($0.id) }
        let found = there.filter { ($0.tags ?? []).contains(Self.mark) }.map(\.id)
        guard found.count == there.count else {
            throw Failure(
                .conflict,
                code: "restic.not-ours",
                "A snapshot that is to be removed does not have the tag \(Self.mark).",
                remedy: "Forget it by hand when you no longer need it."
            )
        }
        if !found.isEmpty { try await tool.forget(found) }
        for id in ids { try await context.notes.note(Self.forgotten + id, nil) }
    }

    private func attempt(_ activity: String, _ body: () async throws -> Void) async {
        do {
            try await body()
        } catch {
            let failure = Failure.wrap(error, during: activity)
            context.logger.warning(
                "It is tried again before the next run: \(activity)",
                metadata: ["code": "\(failure.code)"]
            )
        }
    }

    func presence(of receipt: Receipt) async throws -> Presence {
        let ids = Set(try receipt.artifacts.map { try ResticPlace($0.location).snapshot })
        do {
            let there = try await tool.snapshots(ids: Array(ids)).map(\.id)
            return ids.isSubset(of: there) ? .present : .absent
        } catch let failure as Failure {
            return .unknown(failure.message)
        }
    }

    func read(_ artifact: Artifact, to receive: @escaping @Sendable ([UInt8]) async throws -> Void) async throws {
        let place = try ResticPlace(artifact.location)
        guard try await tool.snapshots(ids: [place.snapshot]).contains(where: { $0.id == place.snapshot }) else {
            throw Failure.copyGone(artifact.location)
        }
        try await tool.dump(place, to: receive)
    }

    func remove(_ receipt: Receipt) async throws {
        let ids = Set(try receipt.artifacts.map { try ResticPlace($0.location).snapshot })
        if !ids.isEmpty { try await forget(ids.sorted()) }
    }
}
