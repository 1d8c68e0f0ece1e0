import WherryCore

/// The failures of a transfer, in words that name the file and never its URL.
struct TransferNames: Sendable {
    /// The file's name, as the provider gave it.
    let file: String

    /// The rule of the house for a failure that may come from the way between: it is worth a second try.
    static func mayBeTheWay(_ failure: Failure) -> Bool {
        ["transfer.wrong-digest", "transfer.wrong-checksum", "transfer.rdb-damaged", "transfer.wrong-size"]
            .contains(failure.code)
    }

    func short(_ bytes: Int64) -> Failure {
        Failure(
            .transient,
            code: "transfer.short",
            "The server ended \(file) early, after \(bytes) bytes.",
            remedy: "Run again; if it stays so, look at the proxy in between."
        )
    }

    func overlong() -> Failure {
        Failure(
            .corrupt,
            code: "transfer.too-long",
            "The server sent more bytes of \(file) than it announced.",
            remedy: "Look at the proxy in between."
        )
    }

    func stalled(_ time: Duration) -> Failure {
        Failure(
            .transient,
            code: "transfer.stalled",
            "The server sent nothing of \(file) for \(time.formattedSeconds).",
            remedy: "Run again when the connection is better."
        )
    }

    func crawls() -> Failure {
        Failure(
            .transient,
            code: "transfer.crawls",
            "The server sends \(file) so slowly that it would never end.",
            remedy: "Run again when the connection is better."
        )
    }

    func rangeIgnored() -> Failure {
        Failure(
            .corrupt,
            code: "transfer.range-ignored",
            "The server answered with all of \(file) where a part of it was asked for.",
            remedy: "Run again when the connection is better: the file can only be fetched as a whole."
        )
    }

    func unstable() -> Failure {
        Failure(
            .corrupt,
            code: "transfer.unstable",
            "The server keeps changing \(file), or cannot continue a transfer.",
            remedy: "Run again when the connection is better."
        )
    }

    func unprovenLength() -> Failure {
        Failure(
            .corrupt,
            code: "transfer.length-unknown",
            "The server did not say how long \(file) is, and nothing else proves that all of it came.",
            remedy: "Look at the proxy in between; backups need a Content-Length."
        )
    }

    func errorPage() -> Failure {
        Failure(
            .corrupt,
            code: "transfer.error-page",
            "The server sent a page of text instead of \(file).",
            remedy: "Look at the proxy in between, or ask for the backup again."
        )
    }

    func refused(_ status: Int) -> Failure {
        if status == 404 || status == 410 {
            return Failure(
                .notFound,
                code: "transfer.gone",
                "The server no longer has \(file).",
                remedy: "Its provider may have deleted the backup; run again to see what is left."
            )
        }
        return Failure(
            .authentication,
            code: "transfer.refused",
            "The server refuses even a fresh URL of \(file) (status \(status)).",
            remedy: "Compare this machine's clock with the server's, and check that its network may use the URL."
        )
    }
}

extension Duration {
    /// `30 s` or `0.5 s`.
    fileprivate var formattedSeconds: String {
        let milliseconds = components.seconds * 1_000 + components.attoseconds / 1_000_000_000_000_000
        let rest = milliseconds % 1_000 / 100
        return rest == 0 ? "\(milliseconds / 1_000) s" : "\(milliseconds / 1_000).\(rest) s"
    }
}
