import WherryCore

/// Writes an input file for aria2, and beside it the sh script that leaves out what has expired.
struct Aria2Emitter: Sendable {
    let script: Script
    let stem: String

    /// The input file, and the script that is started.
    var files: [EmittedFile] {
        let guarding = Aria2Guard(script: script, stem: stem).text
        return [
            EmittedFile(name: inputName, text: input),
            EmittedFile(name: "\(inputName).sh", text: guarding, isExecutable: true),
        ]
    }

    private var inputName: String { "\(stem).aria2" }

    private var input: String {
        """
        # \(script.title)
        #
        \(script.origin)
        #
        # An input file for aria2. Keep it to yourself: whoever reads it can fetch the backups until their URLs expire.
        # The script beside it leaves out what has expired by the clock, verifies what arrives, and keeps a receipt:
        #
        #     sh \(inputName).sh --target /srv/redis-backups
        #
        # aria2 can read this file by itself too, but then it tries expired URLs as well:
        #
        #     aria2c --no-conf --continue=true --auto-file-renaming=false --dir=/srv/redis-backups \\
        #         --input-file=\(inputName)
        #
        # What aria2 cannot do: it checks a digest only where the source declared one (checksum=), it does not look at
        # sizes, nor at whether a file is a whole RDB, it follows redirections, and it writes no receipt for wherry.
        #
        # Before each file: #wherry, when its URL expires in seconds since 1970, source, instance, backup, file, size,
        # digest, network, path.

        \(script.entries.map(text).joined(separator: "\n"))
        """
    }

    private func text(of entry: ScriptEntry) -> String {
        let facts = [
            String(entry.issued.expiresAt.seconds), entry.source, entry.instance, entry.backup,
            String(entry.key.position), entry.size.map { String($0.bytes) } ?? "-", entry.sha256?.hex ?? "-",
            entry.issued.network.rawValue, entry.path,
        ]
        let checksum = entry.sha256.map { " checksum=sha-256=\($0.hex)\n" } ?? ""
        return """
            # \(entry.title)
            #wherry\t\(facts.joined(separator: "\t"))
            \(entry.issued.url.text)
             out=\(entry.path)
            \(checksum)
            """
    }
}
