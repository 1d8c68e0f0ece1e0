import Logging
import SystemPackage
import WherryCore
import WherryPluginKit

/// Collects links while a run goes on, and publishes one script at its end, or one for each backup.
actor ScriptSink: Sink {
    private let folder: ScriptFolder
    private let template: PathTemplate
    private let target: String
    private let style: ScriptStyle
    private let context: PluginContext
    private var entries: [ScriptEntry.Key: ScriptEntry] = [:]
    private var owners: [String: ScriptEntry.Key] = [:]

    init(folder: ScriptFolder, template: PathTemplate, target: String, style: ScriptStyle, context: PluginContext) {
        self.folder = folder
        self.template = template
        self.target = target
        self.style = style
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
            let plain = template.path(of: file, in: backup)
            let path = try style.flavor.path(plain)
            let issued = try await transfer.link(file)
            let entry = try ScriptEntry(file.file, of: backup, path: path, issued: issued)
            try entry.checkURL(for: style.flavor)
            links.append(entry)
        }
        // No await from here on: either all files of the backup are in the list or none.
        for link in links {
            let owner = owners[style.flavor.sameness(of: link.path)]
            if let owner, owner != link.key { throw pathTaken(link, by: owner) }
        }
        for link in links {
            entries[link.key] = link
            owners[style.flavor.sameness(of: link.path)] = link.key
        }
        return Receipt(
            outcome: .emitted,
            artifacts: links.map { Artifact(position: $0.key.position, location: location(of: $0.path)) },
            validUntil: links.map(\.issued.expiresAt).min()
        )
    }

    func finish(_ run: RunSummary) async throws {
        guard !entries.isEmpty else { return }
        try folder.create()
        let sorted = entries.values.sorted { $0.key < $1.key }
        for script in scripts(of: run, with: sorted) {
            let name = try folder.publish(script)
            context.logger.info(
                "Script written",
                metadata: [
                    "run.id": "\(run.run)", "path": "\(folder.path)/\(name)", "files": "\(script.entries.count)",
                ]
            )
        }
        entries = [:]
        owners = [:]
    }

    private func scripts(of run: RunSummary, with entries: [ScriptEntry]) -> [Script] {
        guard style.isPerBackup else { return [script(of: run, for: nil, with: entries)] }
        // Sorted by instance, backup and source: the files of a backup stand together.
        let backups = entries.split { $0.key.source != $1.key.source || $0.key.backup != $1.key.backup }
        return backups.enumerated().map { index, entries in
            script(of: run, for: (entries[0].key.backup, index + 1), with: entries)
        }
    }

    private func script(
        of run: RunSummary,
        for backup: (Backup.Key, Int)?,
        with entries: [ScriptEntry]
    ) -> Script {
        Script(
            run: run.run,
            startedAt: run.startedAt,
            writtenAt: context.clock.now,
            sink: folder.sink,
            folder: folder.path,
            target: target,
            style: style,
            backup: backup,
            entries: entries
        )
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

extension Array {
    /// Runs of neighbours, cut wherever `areApart` says so.
    func split(where areApart: (Element, Element) -> Bool) -> [[Element]] {
        reduce(into: []) { runs, element in
            if let last = runs.last?.last, !areApart(last, element) {
                runs[runs.count - 1].append(element)
            } else {
                runs.append([element])
            }
        }
    }
}
