import WherryCore

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// Looks secrets up.
struct SecretResolver: Sendable {
    /// What came of looking one up.
    struct Finding: Sendable {
        /// The secret.
        var secret: Secret
        /// Where it is, when every user of the machine may read it there; else nil.
        var exposedPath: String?
    }

    /// Why there is no secret.
    struct Problem: Error {
        /// What is wrong with which variable or file.
        var message: String
        /// What a person can do.
        var remedy: String
    }

    /// The longest secret, in bytes.
    static let maximumBytes = 64 << 10

    /// The environment.
    var environment: [String: String]
    /// Reads a small file.
    var readFile: @Sendable (String) throws(SmallFile.Problem) -> SmallFile

    /// With the environment and files of this process.
    static func process() -> SecretResolver {
        SecretResolver(environment: ProcessInfo.processInfo.environment) { path throws(SmallFile.Problem) in
            try SmallFile.read(path, limit: maximumBytes)
        }
    }

    /// Looks one up.
    ///
    /// A newline at the end of a file is not part of the secret.
    func resolve(_ reference: SecretReference) throws(Problem) -> Finding {
        switch reference {
        case .environment(let name):
            guard let value = environment[name] else {
                throw Problem(
                    message: "the environment variable \(name) is not set",
                    remedy: "Set it, or use file:PATH."
                )
            }
            guard !value.isEmpty else {
                throw Problem(message: "the environment variable \(name) is empty", remedy: "Set it to the secret.")
            }
            return Finding(secret: Secret(value))
        case .file(let path):
            return try read(path)
        case .credential(let name):
            guard let folder = environment["CREDENTIALS_DIRECTORY"], folder.hasPrefix("/") else {
                throw Problem(
                    message: "there is no folder of credentials for \(name)",
                    remedy: "Run under systemd with LoadCredential=\(name):PATH, or use file:PATH."
                )
            }
            return try read("\(folder)/\(name)")
        }
    }

    private func read(_ path: String) throws(Problem) -> Finding {
        let file: SmallFile
        do {
            file = try readFile(path)
        } catch {
            throw Problem(
                message: "the secret file \(path) \(error.reason)",
                remedy: error == .missing
                    ? "Create it with mode 0600." : "Make it a small file that this user may read."
            )
        }
        guard var text = String(validating: file.bytes, as: UTF8.self) else {
            throw Problem(
                message: "the secret file \(path) is not UTF-8 text",
                remedy: "Write the secret into it as text."
            )
        }
        // A carriage return with its newline is one Character.
        if text.last == "\n" || text.last == "\r\n" { text.removeLast() }
        guard !text.isEmpty else {
            throw Problem(message: "the secret file \(path) is empty", remedy: "Write the secret into it.")
        }
        return Finding(secret: Secret(text), exposedPath: file.isWorldReadable ? path : nil)
    }
}
