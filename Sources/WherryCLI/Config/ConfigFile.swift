import WherryCore
import WherryPluginKit

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// Reads `wherry.yaml`.
enum ConfigFile {
    /// Reads a file.
    ///
    /// - Parameters:
    ///   - path: the file; relative to the current folder.
    ///   - registry: the plugins that it may name.
    ///   - secrets: looks secrets up; nil when that is not wanted.
    /// - Throws: ``Failure`` with code `config.unreadable` when the file cannot be read; ``ConfigError`` with everything
    ///   that is wrong in it.
    static func load(_ path: String, registry: PluginRegistry, secrets: SecretResolver?) throws -> Config {
        let file: SmallFile
        do {
            file = try SmallFile.read(path, limit: YAMLLimits.maximumBytes)
        } catch {
            throw Failure(
                .configuration,
                code: "config.unreadable",
                "The configuration file \(path) \(error.reason).",
                remedy: error == .missing
                    ? "Name one with --config, or write one with wherry init."
                    : "Name a YAML file of at most 1 MiB that this user may read."
            )
        }
        let place = ConfigPlace(file: path, folder: folder(of: path))
        guard let text = String(validating: file.bytes, as: UTF8.self) else {
            let lines = file.bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
            let line = lines.firstIndex { String(validating: $0, as: UTF8.self) == nil } ?? 0
            throw YAMLProblem(
                "the line is not UTF-8 text",
                at: ConfigPosition(line: line + 1, column: 1),
                remedy: "Save the file as UTF-8."
            ).error(path)
        }
        return try read(text, at: place, registry: registry, secrets: secrets)
    }

    /// Reads a text as if it were the file at `place`.
    ///
    /// - Throws: ``ConfigError`` with everything that is wrong in it.
    static func read(
        _ text: String,
        at place: ConfigPlace,
        registry: PluginRegistry,
        secrets: SecretResolver?
    ) throws -> Config {
        let empty = ConfigNode(position: .start, content: .mapping([]))
        let root = try ConfigYAML.read(text, file: place.file) ?? empty
        var reader = ConfigReader(place: place, secrets: secrets)
        guard var record = reader.record(root.isEmpty ? empty : root, ConfigTables(registry).file) else {
            throw ConfigError(reader.problems)
        }
        ConfigCheck.run(&record, &reader)
        guard !reader.problems.contains(where: { $0.level == .error }) else { throw ConfigError(reader.problems) }
        return try ConfigBuilder(record).config(warnings: reader.problems.sortedByPosition())
    }

    private static func folder(of path: String) -> String {
        let current = FileManager.default.currentDirectoryPath
        let absolute = path.hasPrefix("/") ? path : "\(current)/\(path)"
        let folder = absolute[..<(absolute.lastIndex(of: "/") ?? absolute.startIndex)]
        return folder.isEmpty ? "/" : folder.hasSuffix("/.") ? String(folder.dropLast(2)) : String(folder)
    }
}
