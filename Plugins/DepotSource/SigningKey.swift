import FoundationEssentials
import WherryCore
import WherryPluginKit

/// The depot's signing key: configured, or made once and kept.
enum SigningKey {
    /// The configured key; else the kept one; else a new one, which is kept from now on.
    ///
    /// - Throws: ``Failure`` of class `configuration` when the file cannot be read or written.
    static func load(_ configured: Secret?, _ context: PluginContext) throws -> Secret {
        if let configured { return configured }
        let path = context.stateDirectory + "/signing.key"
        if let kept = try read(path) { return kept }
        try AtomicFile.makeFolder(context.stateDirectory)
        let fresh = (0..<4).map { _ in
            let digits = String(context.random(), radix: 16)
            return String(repeating: "0", count: 16 - digits.count) + digits
        }.joined()
        try AtomicFile.writeIfNew(Array(fresh.utf8), to: path)
        // Another process may have made one at the same moment; the file decides.
        return try read(path) ?? Secret(fresh)
    }

    private static func read(_ path: String) throws -> Secret? {
        guard FileManager.default.fileExists(atPath: path) else { return nil }
        guard let data = FileManager.default.contents(atPath: path), data.count >= 32 else {
            throw Failure(
                .configuration,
                code: "depot.signing-key",
                "The signing key \(path) cannot be read or is too short.",
                remedy: "Give this user the right to read it; without it every URL issued so far stops working."
            )
        }
        return Secret(String(decoding: data, as: UTF8.self))
    }
}
