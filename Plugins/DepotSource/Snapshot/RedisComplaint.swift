import WherryCore

/// What redis-cli wrote to standard error, and what that means.
///
/// Its status is 1 for everything that goes wrong, so the words must tell: the server's own start with a fixed code such as
/// `NOPERM`, redis-cli's were taken from redis-cli.c of 7.0 to 7.4 and tried with 7.0.15. Unknown words mean a failure of
/// class `transient`. None of them is repeated: who knows what a server says.
struct RedisComplaint: Sendable, Hashable {
    private let text: String
    private let isSuccess: Bool

    /// What came of a run.
    init(_ text: String, isSuccess: Bool) {
        self.text = text
        self.isSuccess = isSuccess
    }

    /// The failure; nil when all went well.
    ///
    /// - Parameter ending: how the program ended, for people.
    func failure(_ address: RedisAddress, _ ending: String) -> Failure? {
        // A question is asked even when the password was refused, and succeeds where the default user needs none.
        if isSuccess, !text.contains("AUTH failed") { return nil }
        let meaning = Self.meanings.first { meaning in meaning.words.contains { text.contains($0) } }
        guard let meaning else {
            return Failure(
                .transient,
                code: "snapshot.redis-cli",
                "Talking to \(address) failed: \(ending).",
                remedy: "Try redis-cli by hand: redis-cli -h HOST -p PORT --askpass --rdb FILE."
            )
        }
        return Failure(
            meaning.failureClass,
            code: "snapshot.\(meaning.code)",
            "\(address) \(meaning.message).",
            remedy: meaning.remedy
        )
    }

    private struct Meaning: Sendable {
        var words: [String]
        var failureClass: FailureClass
        var code: String
        var message: String
        var remedy: String
    }

    /// The first that fits counts.
    private static let meanings = [
        Meaning(
            words: ["without any password configured"],
            failureClass: .authentication,
            code: "no-password-needed",
            message: "has no password for its default user, but one was given",
            remedy: "Leave --password out, or name the user it belongs to."
        ),
        Meaning(
            words: ["AUTH failed", "WRONGPASS", "NOAUTH", "invalid password"],
            failureClass: .authentication,
            code: "refused",
            message: "refuses the user or the password, or wants one",
            remedy: "Check the user in the address and what --password refers to."
        ),
        Meaning(
            words: ["NOPERM"],
            failureClass: .authentication,
            code: "no-permission",
            message: "does not let this user take a snapshot",
            remedy: "ACL SETUSER NAME +info +replconf +sync, and for a cluster +cluster|nodes."
        ),
        Meaning(
            words: ["Could not negotiate a TLS connection", "SSL_connect failed", "certificate verify failed"],
            failureClass: .configuration,
            code: "tls",
            message: "and this side could not agree on TLS",
            remedy: "Check --ca, --cert, --key, and whether it speaks TLS on this port."
        ),
        Meaning(
            words: ["Could not connect"],
            failureClass: .transient,
            code: "unreachable",
            message: "cannot be reached",
            remedy: "See whether it runs, and whether the address is right."
        ),
        Meaning(
            words: ["LOADING", "MASTERDOWN", "NOMASTERLINK", "BUSY ", "Can't SYNC while"],
            failureClass: .transient,
            code: "busy",
            message: "is loading, busy or without its master",
            remedy: "Try again later."
        ),
        Meaning(
            words: ["SYNC with master failed: -ERR", "unknown command"],
            failureClass: .unsupported,
            code: "no-sync",
            message: "does not let its data be streamed",
            remedy: "Some services switch SYNC off; take their own backups, or use wherry depot add with a dump."
        ),
        Meaning(
            words: ["reading bulk length", "reading RDB payload", "I/O error", "Connection reset", "Server closed"],
            failureClass: .transient,
            code: "cut",
            message: "ended the connection before the dump was whole",
            remedy: "Its log says why: out of memory for the fork, a slow reader, a restart. Then try again."
        ),
    ]
}
