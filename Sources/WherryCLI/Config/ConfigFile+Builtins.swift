import Builtins

extension ConfigFile {
    /// Reads a file for this program's plugins and this process's secrets, see ``load(_:registry:secrets:)``.
    static func load(_ path: String, resolvingSecrets: Bool) throws -> Config {
        try load(path, registry: Builtins.registry(), secrets: resolvingSecrets ? .process() : nil)
    }
}
