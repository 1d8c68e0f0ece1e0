#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif
import WherryCore

/// Where a secret is to be found: the configuration never holds one itself.
enum SecretReference {
    /// `env:NAME`
    case environment(String)
    /// `file:PATH`
    case file(String)
    /// `credential:NAME`, a systemd credential (systemd.exec, `LoadCredential=`).
    case credential(String)

    /// Reads a reference; nil for anything else.
    init?(_ text: String) {
        let parts = text.split(separator: ":", maxSplits: 1).map(String.init)
        guard parts.count == 2, !parts[1].isEmpty else { return nil }
        switch parts[0] {
        case "env": self = .environment(parts[1])
        case "file": self = .file(parts[1])
        case "credential" where !parts[1].contains("/"): self = .credential(parts[1])
        default: return nil
        }
    }

    /// The secret.
    ///
    /// - Parameter folder: where relative paths start.
    /// - Throws: ``Failure`` whose message and remedy never hold the secret.
    func resolve(folder: String) throws -> Secret {
        switch self {
        case .environment(let name):
            if let value = Environment.value(name) { return Secret(value) }
            throw Self.missing("The environment variable \(name) is not set or empty.", "Export \(name) before you start.")
        case .file(let path):
            return try Self.read(path.hasPrefix("/") ? path : folder + "/" + path)
        case .credential(let name):
            guard let directory = Environment.value("CREDENTIALS_DIRECTORY") else {
                throw Self.missing(
                    "There are no systemd credentials in this process.",
                    "Write LoadCredential=\(name):… into the unit, or use file: or env:."
                )
            }
            return try Self.read(directory + "/" + name)
        }
    }

    private static func read(_ path: String) throws -> Secret {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw missing("The secret file \(path) cannot be read.", "Make it, readable for this user only (mode 0600).")
        }
        var text = Substring(decoding: data.prefix(65_536), as: UTF8.self)
        while text.last?.isNewline == true { text.removeLast() }
        guard !text.isEmpty else { throw missing("The secret file \(path) is empty.", "Write the secret into it.") }
        return Secret(String(text))
    }

    private static func missing(_ message: String, _ remedy: String) -> Failure {
        Failure(.configuration, code: "config.secret-missing", message, remedy: remedy)
    }
}
