import WherryCore
import WherryPrograms

extension Pipeline {
    /// What undoes these stages, the last one first; nil when there are none.
    ///
    /// - Parameters:
    ///   - stages: their names, in the order in which the bytes passed them.
    ///   - identity: the file with the key that decrypts; it is named to `age` and read by nobody else.
    ///   - blame: makes a failure of a stage that failed.
    /// - Throws: ``Failure``: `restore.no-identity` (usage), `restore.unknown-stage` (unsupported).
    package static func undoing(
        _ stages: [String],
        identity: String?,
        blaming blame: @escaping Blame
    ) throws -> Pipeline? {
        let undone = try stages.reversed().map { name in
            switch name {
            case "zstd": Stage(name: name, suffix: "", program: Program("zstd", ["-d", "-q", "-c"]))
            case "age": Stage(name: name, suffix: "", program: Program("age", ["--decrypt", "-i", try key(identity)]))
            default: throw unknown(name)
            }
        }
        return undone.isEmpty ? nil : Pipeline(undone, blaming: blame)
    }

    private static func key(_ identity: String?) throws -> String {
        guard let identity, !identity.isEmpty else {
            throw Failure(
                .usage,
                code: "restore.no-identity",
                "The copy is encrypted for age, and no identity is given that decrypts it.",
                remedy: "Name the file with the owner's key: --identity FILE."
            )
        }
        // Neither standard input nor an option.
        return identity.hasPrefix("-") ? "./" + identity : identity
    }

    private static func unknown(_ stage: String) -> Failure {
        Failure(
            .unsupported,
            code: "restore.unknown-stage",
            "The copy went through the stage \(stage), which this version cannot undo.",
            remedy: "Use the version of wherry, or the program, that stored it."
        )
    }
}
