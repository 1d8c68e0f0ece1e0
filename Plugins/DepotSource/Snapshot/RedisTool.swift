import FoundationEssentials
import Subprocess
import SystemPackage
import WherryCore

/// The program that talks to servers: `redis-cli` 7.0 or later, or `valkey-cli`.
///
/// redis-cli 6.2 writes notes of its own into a dump on standard output and then fails (redis/redis pull request 9135).
struct RedisTool: Sendable, Hashable {
    /// The oldest that works, by its major version.
    static let oldestMajor = 7

    /// Its name, looked up in PATH.
    let name: String

    /// Looks for it.
    ///
    /// - Throws: ``Failure``: `snapshot.no-redis-cli` (configuration), `snapshot.old-redis-cli` (unsupported).
    static func find(in path: String? = RedisTool.path) async throws -> RedisTool {
        var old: String?
        for name in ["redis-cli", "valkey-cli"] {
            guard let version = try await version(of: name, in: path) else { continue }
            if major(version) >= oldestMajor { return RedisTool(name: name) }
            old = old ?? version
        }
        if let old {
            throw Failure(
                .unsupported,
                code: "snapshot.old-redis-cli",
                "This machine has \(old), which cannot hand a dump on.",
                remedy: "Install redis-tools \(oldestMajor).0 or later; it works with older servers too."
            )
        }
        throw Failure(
            .configuration,
            code: "snapshot.no-redis-cli",
            "There is no redis-cli in PATH.",
            remedy: "Install it: apt install redis-tools, or valkey-tools."
        )
    }

    /// The major version in a text such as `redis-cli 7.0.15 (git:…)`; 0 when there is none.
    static func major(_ text: String) -> Int {
        let words = text.split(separator: " ")
        guard words.count >= 2 else { return 0 }
        return Int(words[1].prefix { $0.isASCII && $0.isNumber }) ?? 0
    }

    /// PATH of this process.
    static var path: String? { ProcessInfo.processInfo.environment["PATH"] }

    /// The whole environment of a child: nothing of ours, which may hold secrets.
    static func environment(_ path: String? = RedisTool.path) -> Subprocess.Environment {
        .custom(path.map { ["PATH": $0] } ?? [:])
    }

    /// The first line of `--version`; nil when there is no such program.
    private static func version(of name: String, in path: String?) async throws -> String? {
        do {
            let outcome = try await Subprocess.run(
                .name(name),
                arguments: ["--version"],
                environment: environment(path),
                output: .string(limit: 4_096),
                error: .discarded
            )
            guard outcome.terminationStatus.isSuccess else { return nil }
            return outcome.standardOutput.split(whereSeparator: \.isNewline).first.map(String.init)
        } catch let error as SubprocessError where error.code == .executableNotFound {
            return nil
        }
    }
}
