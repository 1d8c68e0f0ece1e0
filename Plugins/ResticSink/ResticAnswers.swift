import FoundationEssentials
import WherryCore
import WherryPrograms

/// What restic says at the end of a backup.
struct ResticSummary: Sendable, Decodable {
    /// The snapshot, or the beginning of its id.
    var snapshot: String
    /// How many bytes it read.
    var bytes: Int64

    private enum CodingKeys: String, CodingKey {
        case kind = "message_type"
        case snapshot = "snapshot_id"
        case bytes = "total_bytes_processed"
    }

    init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        guard try values.decode(String.self, forKey: .kind) == "summary" else {
            throw DecodingError.dataCorruptedError(forKey: .kind, in: values, debugDescription: "another message")
        }
        snapshot = try values.decode(String.self, forKey: .snapshot)
        bytes = try values.decode(Int64.self, forKey: .bytes)
    }

    /// Reads a line; nil when it is another message.
    init?(line: String) {
        guard let summary = try? JSONDecoder().decode(ResticSummary.self, from: Data(line.utf8)) else { return nil }
        self = summary
    }
}

/// One snapshot of a repository.
struct ResticSnapshot: Sendable, Decodable {
    /// 64 hex digits.
    var id: String
    /// Its tags.
    var tags: [String]?
}

/// The reasons that restic gives for a failure.
enum ResticComplaint {
    /// Whether it says that what it stored is not what it was, or not all there.
    static func isOfDamage(_ outcome: ProgramOutcome) -> Bool {
        [
            "ciphertext verification failed", "hash mismatch", "invalid data returned", "not found in index",
            "not found in repository", "returned invalid hash", "wrong length", "no such file or directory",
            "specified key does not exist", "unexpected EOF",
        ].contains { outcome.complains(of: $0) }
    }

    /// What went wrong; nil when nothing did.
    static func failure(_ outcome: ProgramOutcome) -> Failure? {
        guard let trouble = outcome.trouble else { return nil }
        if outcome.ending == .exited(10) || outcome.complains(of: "Is there a repository at the following location") {
            return Failure(
                .configuration,
                code: "restic.no-repository",
                "There is no repository where the option repository says, or it cannot be reached.",
                remedy: "Check the option and what it is mounted on. For a new one: `restic init`, or set init: true."
            )
        }
        if outcome.ending == .exited(12) || outcome.complains(of: "wrong password or no key found") {
            return Failure(
                .authentication,
                code: "restic.password",
                "The password does not open the repository.",
                remedy: "Check the secret that the option password names."
            )
        }
        if outcome.ending == .exited(11) || outcome.complains(of: "already locked") {
            return Failure(
                .transient,
                code: "restic.locked",
                "Somebody else has locked the repository.",
                remedy: "Wait for the other restic. When none runs on any machine, remove stale locks: restic unlock."
            )
        }
        return Failure(
            .transient,
            code: "restic.failed",
            "restic \(trouble).",
            remedy: "See what it says; try the repository by hand: restic snapshots."
        )
    }
}
