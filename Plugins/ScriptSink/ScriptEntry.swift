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

    /// The lines of an sh script: a comment that names the file, then one call.
    ///
    /// The URL is in the call alone.
    var text: String { text(url: shellQuoted(issued.url.text), withNetwork: false) }

    /// The same with another word in the place of the URL, and perhaps the network behind it.
    func text(url: String, withNetwork: Bool) -> String {
        let facts =
            [source, instance, backup].map(shellQuoted) + [
                String(key.position), size.map { String($0.bytes) } ?? "-", sha256?.hex ?? "-",
                String(issued.expiresAt.seconds),
            ]
        let network = withNetwork ? " \(issued.network.rawValue)" : ""
        return #"""
                # \#(title)
                fetch_or_list \#(facts.joined(separator: " ")) \
                    \#(shellQuoted(path)) \
                    \#(url)\#(network)

            """#
    }

    /// For people: which file it is, and how long its URL works.
    var title: String {
        "\(instance), backup \(backup) of \(startedAt), file \(key.position), URL valid until \(issued.expiresAt)"
    }

    /// The source's name as receipts have it.
    var source: String { ConfirmationFile.encoded(key.source.rawValue) }
    /// The instance's id as receipts have it.
    var instance: String { ConfirmationFile.encoded(key.backup.instance.rawValue) }
    /// The backup's id as receipts have it.
    var backup: String { ConfirmationFile.encoded(key.backup.backup.rawValue) }

    /// Tools read URLs line by line, so none may hold a line break; and some take one without scheme for a name.
    private func checkURL() throws {
        let url = issued.url.text
        let isClean = url.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F }
        let scheme = url.prefix { $0 != ":" }.lowercased()
        guard isClean, scheme == "http" || scheme == "https", url.contains("://") else {
            throw unusable(because: isClean ? "is not an http or https URL" : "holds control characters")
        }
    }

    /// Refuses a URL that the tool would not send as it was issued: the provider would see another signature.
    ///
    /// - Throws: ``Failure`` of class `unsupported`.
    func checkURL(for flavor: Flavor) throws {
        guard issued.url.text.utf8.allSatisfy(flavor.keeps) else {
            throw unusable(because: "holds characters that the flavor \(flavor.rawValue) cannot send unchanged")
        }
    }

    private func unusable(because fault: String) -> Failure {
        Failure(
            .unsupported,
            code: "script.url-unusable",
            "The \(issued.network.rawValue) URL of file \(key.position) of backup \(key.backup) \(fault).",
            remedy: "Deliver this backup with another kind of sink, and tell the provider."
        )
    }
}
