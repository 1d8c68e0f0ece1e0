import Subprocess
import Synchronization
import SystemPackage
import WherryCore
import WherryPluginKit

/// The lease on a URL that a person gave, with a command of theirs that prints a fresh one.
final class GivenURL: Lease {
    private let url: SignedURL
    private let renewCommand: String?
    private let count = Mutex<Int64>(0)

    init(url: SignedURL, renewCommand: String?) {
        self.url = url
        self.renewCommand = renewCommand
    }

    var networks: NetworkChoice { NetworkChoice(preferred: .extranet, fallback: .never) }

    func url(on network: Network) async throws -> IssuedURL { issued(url) }

    func renew(after old: IssuedURL, because reason: RenewalReason) async throws -> IssuedURL {
        guard let renewCommand else {
            throw Failure(
                .authentication,
                code: "fetch.url-refused",
                "The server refuses the URL; it may have expired.",
                remedy:
                    "Get a fresh one and fetch to the same file: it goes on where it stopped. Or see --renew-command."
            )
        }
        let outcome = try await Subprocess.run(
            .path("/bin/sh"),
            arguments: ["-c", renewCommand],
            output: .string(limit: 65_536),
            error: .discarded
        )
        let text = outcome.standardOutput.split(whereSeparator: \.isNewline).first.map(String.init) ?? ""
        guard outcome.terminationStatus.isSuccess, text.hasPrefix("http://") || text.hasPrefix("https://") else {
            throw Failure(
                .authentication,
                code: "fetch.renew-command",
                "The command given with --renew-command printed no URL.",
                remedy: "Run it by hand: its first line must be a URL, its exit status 0."
            )
        }
        return issued(SignedURL(text))
    }

    /// Nobody says how long it works: the server will.
    private func issued(_ url: SignedURL) -> IssuedURL {
        let number = count.withLock { count in
            count += 1
            return count
        }
        return IssuedURL(
            id: number,
            url: url,
            network: .extranet,
            issuedAt: Timestamp(seconds: 0),
            expiresAt: Timestamp(seconds: 253_402_300_799)
        )
    }
}
