import WherryCore
import WherryPluginKit

/// One script, ready to be written.
struct Script: Sendable {
    let run: RunID
    let startedAt: Timestamp
    /// When it was made.
    let writtenAt: Timestamp
    let sink: SinkName
    /// Where it stores the files when nobody says otherwise.
    let target: String
    /// Sorted by instance, backup, shard.
    let entries: [ScriptEntry]

    /// The name of its file.
    var name: String { "wherry-run\(run)-\(startedAt.compact).sh" }

    /// The whole script, given the name that its file will have.
    func text(named name: String) -> String {
        [
            header(named: name), ScriptText.prelude, settings(named: name), ScriptText.speech,
            ScriptText.verification, ScriptText.receipt, ScriptText.fetching, ScriptText.start, files,
            "main \"$@\"\n",
        ].joined(separator: "\n")
    }

    /// What it is, when it was made, how long it works, how to use it.
    private func header(named name: String) -> String {
        let backups = Set(entries.map(\.key.backup)).count
        let known = entries.compactMap(\.size)
        let total = known.reduce(ByteCount(0), +).description
        let amount =
            known.count == entries.count ? total : known.isEmpty ? "sizes unknown" : "\(total) and unknown sizes"
        let expiries = entries.map(\.issued.expiresAt)
        let bounds = [expiries.min(), expiries.max()].compactMap(\.?.description)
        let validity = bounds.first == bounds.last ? bounds.first : bounds.joined(separator: ", some URLs until ")
        let manual = ScriptText.manual.replacing("SCRIPT", with: name)
        return """
            #!/bin/sh
            #
            # Fetches Redis backups: \(count(entries.count, "file")) of \(count(backups, "backup")), \(amount).
            #
            #     written by   wherry, run \(run), sink \(encodedSink)
            #     written at   \(writtenAt)
            #     works until  \(validity ?? "")
            #
            \(manual)

            """
    }

    private func settings(named name: String) -> String {
        """
        run=\(run)
        sink=\(shellQuoted(encodedSink))
        script=\(shellQuoted(name))
        default_target=\(shellQuoted(target))

        """
    }

    private var files: String {
        """
        # ---- The files ---------------------------------------------------------------------------------------------

        # fetch_or_list SOURCE INSTANCE BACKUP POSITION SIZE SHA256 EXPIRY PATH URL: one file. A "-" is not known.
        fetch_or_list() { if [ "$action" = list ]; then list "$@"; else fetch "$@"; fi; }

        files() {
        \(entries.map(\.text).joined(separator: "\n"))}

        """
    }

    private var encodedSink: String { ConfirmationFile.encoded(sink.rawValue) }

    private func count(_ number: Int, _ noun: String) -> String { "\(number) \(noun)\(number == 1 ? "" : "s")" }
}
