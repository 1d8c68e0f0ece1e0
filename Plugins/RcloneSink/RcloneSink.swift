import Logging
import WherryCore
import WherryPluginKit

/// A running `rclone` sink.
///
/// A file is written under a name of its own in the folder ``partFolder``, compared with what was sent, and then moved:
/// nothing unverified ever has a final name.
struct RcloneSink: Sink {
    /// Where unfinished files lie, below the remote's folder.
    static let partFolder = ".wherry-part"
    /// What the notes about them begin with.
    private static let notePrefix = "part/"

    let tool: RcloneTool
    let remote: RemotePath
    let template: PathTemplate
    let context: PluginContext

    func check() async throws -> [Finding] {
        do {
            try await tool.look(at: remote.text)
            return [Finding(.ok, "rclone can list \(remote.text).")]
        } catch let failure as Failure {
            return [Finding(.error, failure.message, remedy: failure.remedy)]
        }
    }

    func prepare(run: RunID, recovering: Bool) async throws {
        // Noted before they were written: a run that died, or could not remove them itself.
        for (key, path) in try await context.notes.notes(under: Self.notePrefix) where remote.holds(path) {
            await discard(path, key)
        }
    }

    func deliver(_ backup: ResolvedBackup, using transfer: any Transfer) async throws -> Receipt {
        var artifacts: [Artifact] = []
        for file in backup.files {
            let path = remote.file(template.path(of: file, in: backup))
            artifacts.append(try await deliver(file, to: path, using: transfer))
        }
        return Receipt(outcome: .delivered, artifacts: artifacts)
    }

    private func deliver(_ file: ResolvedFile, to path: String, using transfer: any Transfer) async throws -> Artifact {
        let name = PartName.make(context.random)
        let part = remote.file(Self.partFolder + "/" + name)
        let key = Self.notePrefix + name
        try await context.notes.note(key, part)
        let fetched: FetchedFile
        do {
            fetched = try await tool.write(file, to: part, using: transfer)
            try await compare(part, fetched, file)
            try await tool.move(part, to: path)
        } catch {
            // Also when we were cancelled: what is left is ours to remove.
            await Task { await discard(part, key) }.value
            throw error
        }
        try await context.notes.note(key, nil)
        return Artifact(
            position: file.file.position,
            location: path,
            size: fetched.size,
            sha256: fetched.sha256,
            rdb: fetched.rdb,
            grade: fetched.grade
        )
    }

    private func compare(_ part: String, _ fetched: FetchedFile, _ file: ResolvedFile) async throws {
        guard let entry = try await tool.entry(part, withDigest: true) else {
            throw different(file, "the remote does not list it after the upload")
        }
        if entry.size >= 0, entry.size != fetched.storedSize.bytes {
            throw different(file, "the remote has \(entry.size) bytes of \(fetched.storedSize.bytes)")
        }
        if let digest = entry.hashes?["sha256"], digest.lowercased() != fetched.storedSHA256.hex {
            throw different(file, "the remote has another SHA-256")
        }
    }

    private func different(_ file: ResolvedFile, _ what: String) -> Failure {
        Failure(
            .transient,
            code: "rclone.other-bytes",
            "\(file.file.name) is not what was sent: \(what).",
            remedy: "Run it again; if it stays so, try the remote by hand with rclone rcat."
        )
    }

    private func discard(_ part: String, _ key: String) async {
        do {
            try await tool.delete(part)
            try await context.notes.note(key, nil)
        } catch {
            let failure = Failure.wrap(error, during: "removing an unfinished upload")
            context.logger.warning(
                "An unfinished upload could not be removed",
                metadata: ["path": "\(part)", "code": "\(failure.code)"]
            )
        }
    }

    func presence(of receipt: Receipt) async throws -> Presence {
        for artifact in receipt.artifacts {
            guard remote.holds(artifact.location) else { return .unknown("It lies in another remote.") }
            do {
                guard let entry = try await tool.entry(artifact.location) else { return .absent }
                if let size = artifact.stored?.size ?? artifact.size, entry.size >= 0, entry.size != size.bytes {
                    return .absent
                }
            } catch let failure as Failure {
                return .unknown(failure.message)
            }
        }
        return .present
    }

    func read(_ artifact: Artifact, to receive: @escaping @Sendable ([UInt8]) async throws -> Void) async throws {
        guard remote.holds(artifact.location) else { throw Failure.copyElsewhere(artifact.location, remote.text) }
        try await tool.read(artifact.location, to: receive)
    }

    func remove(_ receipt: Receipt) async throws {
        for artifact in receipt.artifacts {
            guard remote.holds(artifact.location) else {
                throw Failure(
                    .conflict,
                    code: "rclone.other-remote",
                    "\(artifact.location) does not lie below this sink's remote \(remote.text).",
                    remedy: "Set remote: to what it was, or remove the copy by hand."
                )
            }
            try await tool.delete(artifact.location)
        }
    }

    func sweep(untouchedFor age: Duration) async throws -> [String] {
        let folder = remote.file(Self.partFolder)
        var removed: [String] = []
        for entry in try await tool.entries(of: folder, olderThan: age) where PartName.isOne(entry.name) {
            let path = folder + "/" + entry.name
            try await tool.delete(path)
            try await context.notes.note(Self.notePrefix + entry.name, nil)
            removed.append(path)
        }
        return removed
    }
}

/// The names of unfinished uploads: 32 lower-case hex digits and `.part`, which nobody else will think of.
enum PartName {
    static func make(_ random: () -> UInt64) -> String {
        (0..<2).map { _ in
            let digits = String(random(), radix: 16)
            return String(repeating: "0", count: 16 - digits.count) + digits
        }.joined() + ".part"
    }

    static func isOne(_ name: String) -> Bool {
        name.utf8.count == 37 && name.hasSuffix(".part")
            && name.utf8.prefix(32).allSatisfy { (48...57).contains($0) || (97...102).contains($0) }
    }
}
