import WherryCore
import WherryPluginKit

/// One script, ready to be written.
struct Script: Sendable {
    let run: RunID
    let startedAt: Timestamp
    /// When it was made.
    let writtenAt: Timestamp
    let sink: SinkName
    /// The folder that it will be in.
    let folder: String
    /// Where it stores the files when nobody says otherwise.
    let target: String
    let style: ScriptStyle
    /// The backup that it is for, and which of the run's it is, from 1; nil when it is for all of the run's.
    var backup: (key: Backup.Key, number: Int)?
    /// Sorted by instance, backup, shard.
    let entries: [ScriptEntry]

    /// What the names of its files begin with.
    var stem: String {
        let run = "wherry-run\(run)-\(startedAt.compact)"
        guard let key = backup?.key else { return run }
        return "\(run)-\(Self.short(key.instance.rawValue))-\(Self.short(key.backup.rawValue))"
    }

    /// Its files under that name, or under one with a number behind it.
    func files(stem: String) throws -> [EmittedFile] { try style.flavor.files(of: self, stem: stem) }

    /// An id as a part of a file's name, which must not become too long for a file system.
    private static func short(_ id: String) -> String {
        let safe = PathTemplate.safe(id)
        return safe.utf8.count <= 80 ? safe : "\(safe.prefix(71))-\(Fingerprint(of: id))"
    }

    // MARK: - What every flavor says in its head

    /// What it does in one sentence, such as `Fetches Redis backups: 3 files of 2 backups, 1.2 GiB.`.
    var title: String {
        let backups = Set(entries.map(\.key.backup)).count
        let known = entries.compactMap(\.size)
        let total = known.reduce(ByteCount(0), +).description
        let amount =
            known.count == entries.count ? total : known.isEmpty ? "sizes unknown" : "\(total) and unknown sizes"
        return "Fetches Redis backups: \(count(entries.count, "file")) of \(count(backups, "backup")), \(amount)."
    }

    /// Who wrote it, when, and how long it works; each line begins with `#`.
    var origin: String {
        let expiries = entries.map(\.issued.expiresAt)
        let bounds = [expiries.min(), expiries.max()].compactMap(\.?.description)
        let validity = bounds.first == bounds.last ? bounds.first : bounds.joined(separator: ", some URLs until ")
        return """
            #     written by   wherry, run \(run), sink \(encodedSink)
            #     written at   \(writtenAt)
            #     works until  \(validity ?? "")
            """
    }

    /// The sink's name as receipts have it.
    var encodedSink: String { ConfirmationFile.encoded(sink.rawValue) }

    private func count(_ number: Int, _ noun: String) -> String { "\(number) \(noun)\(number == 1 ? "" : "s")" }
}
