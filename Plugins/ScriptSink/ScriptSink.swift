import Logging
import SystemPackage
import WherryCore
import WherryPluginKit

/// Collects links while a run goes on, and publishes one script at its end.
actor ScriptSink: Sink {
    private let folder: ScriptFolder
    private let template: PathTemplate
    private let target: String
    private let context: PluginContext
    private var entries: [ScriptEntry.Key: ScriptEntry] = [:]
    private var owners: [String: ScriptEntry.Key] = [:]

    init(folder: ScriptFolder, template: PathTemplate, target: String, context: PluginContext) {
        self.folder = folder
        self.template = template
        self.target = target
        self.context = context
    }

    func check() async throws -> [Finding] { folder.findings() }

    func prepare(run: RunID, recovering: Bool) async throws {
        entries = [:]
        owners = [:]
        if recovering { try folder.removeStale() }
        try folder.create()
    }

    func deliver(_ backup: ResolvedBackup, using transfer: any Transfer) async throws -> Receipt {
        var links: [ScriptEntry] = []
        for file in backup.files {
            let path = template.path(source: backup.source, backup: backup.backup, file: file.file)
            let issued = try await transfer.link(file)
            links.append(try ScriptEntry(file.file, of: backup, path: path, issued: issued))
        }
        // No await from here on: either all files of the backup are in the list or none.
        for link in links {
            if let owner = owners[link.path], owner != link.key { throw pathTaken(link, by: owner) }
        }
        for link in links {
            entries[link.key] = link
            owners[link.path] = link.key
        }
        return Receipt(
            outcome: .emitted,
            artifacts: links.map { Artifact(position: $0.key.position, location: location(of: $0.path)) },
            validUntil: links.map(\.issued.expiresAt).min()
        )
    }

    func finish(_ run: RunSummary) async throws {
        guard !entries.isEmpty else { return }
        let script = Script(
            run: run.run,
            startedAt: run.startedAt,
            writtenAt: context.clock.now,
            sink: folder.sink,
            target: target,
            entries: entries.values.sorted { $0.key < $1.key }
        )
        try folder.create()
        let name = try folder.publish(script)
        context.logger.info(
            "Script written",
            metadata: ["run.id": "\(run.run)", "path": "\(folder.path)/\(name)", "files": "\(entries.count)"]
        )
        entries = [:]
        owners = [:]
    }

    private func location(of path: String) -> String {
        let folder = FilePath(target).lexicallyNormalized()
        return folder.isEmpty || folder == "." ? path : "\(target)/\(path)"
    }

    private func pathTaken(_ link: ScriptEntry, by owner: ScriptEntry.Key) -> Failure {
        Failure(
            .configuration,
            code: "script.path-taken",
            "\(link.path) would hold file \(link.key.position) of \(link.key.source)/\(link.key.backup), but it is "
                + "file \(owner.position) of \(owner.source)/\(owner.backup) in this run's script.",
            remedy: "Add {source} to the option path of this sink."
        )
    }
}
