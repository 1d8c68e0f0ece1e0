import WherryCore
import WherryPluginKit

/// One file that a script fetches.
struct ScriptEntry: Sendable, Hashable {
    /// What names a file: a second delivery of the same one takes the place of the first.
    struct Key: Sendable, Hashable, Comparable {
        var source: SourceName
        var backup: Backup.Key
        var position: Int

        /// Orders by instance, backup, shard.
        static func < (left: Self, right: Self) -> Bool {
            (left.backup, left.source, left.position) < (right.backup, right.source, right.position)
        }
    }

    let key: Key
    /// When the backup was started.
    let startedAt: Timestamp
    let size: ByteCount?
    let sha256: SHA256Digest?
    /// Where the file goes, relative to the script's target directory.
    let path: String
    let issued: IssuedURL

    /// An entry for one file of a resolved backup.
    ///
    /// - Throws: ``Failure`` of class `unsupported` when no script could hold the URL unchanged.
    init(_ file: BackupFile, of resolved: ResolvedBackup, path: String, issued: IssuedURL) throws {
        key = Key(source: resolved.source, backup: resolved.backup.key, position: file.position)
        startedAt = resolved.backup.startedAt
        size = file.size
        sha256 = file.sha256
        self.path = path
        self.issued = issued
        try checkURL()
    }

    /// The lines of the script: a comment that names the file, then one call.
    ///
    /// The URL is in the call alone.
    var text: String {
        let source = ConfirmationFile.encoded(key.source.rawValue)
        let instance = ConfirmationFile.encoded(key.backup.instance.rawValue)
        let backup = ConfirmationFile.encoded(key.backup.backup.rawValue)
        let facts =
            [source, instance, backup].map(shellQuoted) + [
                String(key.position), size.map { String($0.bytes) } ?? "-", sha256?.hex ?? "-",
                String(issued.expiresAt.seconds),
            ]
        let title = "\(instance), backup \(backup) of \(startedAt), file \(key.position)"
        return #"""
                # \#(title), URL valid until \#(issued.expiresAt)
                fetch_or_list \#(facts.joined(separator: " ")) \
                    \#(shellQuoted(path)) \
                    \#(shellQuoted(issued.url.text))

            """#
    }

    /// wget reads URLs line by line, so none may hold a line break; and it would take a URL without scheme for a name.
    private func checkURL() throws {
        let url = issued.url.text
        let isClean = url.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F }
        let scheme = url.prefix { $0 != ":" }.lowercased()
        guard isClean, scheme == "http" || scheme == "https", url.contains("://") else {
            let fault = isClean ? "is not an http or https URL" : "holds control characters"
            throw Failure(
                .unsupported,
                code: "script.url-unusable",
                "The \(issued.network.rawValue) URL of file \(key.position) of backup \(key.backup) \(fault).",
                remedy: "Deliver this backup with another kind of sink, and tell the provider."
            )
        }
    }
}
