import Builtins
#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif
import WherryCore
import WherryEngine
import WherryPluginKit
import Yams

struct ConfigError: Error {
    var problems: [String]
    func text(for terminal: Terminal) -> String { problems.map { $0 + "\n" }.joined() }
}

/// Interim reader.
enum ConfigFile {
    static func load(_ path: String, resolvingSecrets: Bool) throws -> Config {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw Failure(.configuration, code: "config.no-file", "There is no configuration \(path).", remedy: "wherry init")
        }
        let absolute = path.hasPrefix("/") ? path : FileManager.default.currentDirectoryPath + "/" + path
        let folder = String(absolute[..<(absolute.lastIndex(of: "/") ?? absolute.endIndex)])
        let registry = try Builtins.registry()
        guard let root = try Yams.compose(yaml: String(decoding: data, as: UTF8.self)) else { throw ConfigError(problems: ["empty"]) }
        func list(_ node: Node?) -> [Node] { node?.array() ?? [] }
        func options(_ specs: [OptionSpec], _ node: Node?) throws -> (OptionValues, [(name: String, text: String)]) {
            var values: [String: OptionValues.Value] = [:]
            for spec in specs {
                guard let text = node?[spec.name]?.string ?? spec.defaultValue else { continue }
                switch spec.kind {
                case .string, .endpoint, .choice: values[spec.name] = .text(text)
                case .path: values[spec.name] = .text(text.hasPrefix("/") ? text : folder + "/" + text)
                case .integer: values[spec.name] = Int(text).map { .integer($0) }
                case .boolean: values[spec.name] = .boolean(text == "true")
                case .duration: values[spec.name] = DurationText.parse(text).map { .duration($0) }
                case .secret: if resolvingSecrets { values[spec.name] = .secret(try SecretReference(text)!.resolve(folder: folder)) }
                }
            }
            return (OptionValues(values), [])
        }
        let catalog = root["catalog"]?.string ?? "catalog.db"
        let sources = try list(root["sources"]).map { node in
            let plugin = node["plugin"]?.string ?? ""
            let (values, texts) = try options(registry.sources[plugin]?.options ?? [], node["options"])
            return SourceConfig(name: .init(rawValue: node["name"]?.string ?? ""), plugin: plugin, network: Network(rawValue: node["network"]?.string ?? "") ?? .extranet, fallback: .init(rawValue: node["fallback"]?.string ?? "") ?? .never, requestsPerSecond: node["requests_per_second"]?.float ?? 10, options: values, optionTexts: texts)
        }
        let sinks = try list(root["sinks"]).map { node in
            let plugin = node["plugin"]?.string ?? ""
            let (values, texts) = try options(registry.sinks[plugin]?.options ?? [], node["options"])
            return SinkConfig(name: .init(rawValue: node["name"]?.string ?? ""), plugin: plugin, options: values, optionTexts: texts)
        }
        let jobs = list(root["jobs"]).map { node in
            Job(name: .init(rawValue: node["name"]?.string ?? ""), source: .init(rawValue: node["source"]?.string ?? ""), instances: (node["instances"].map { list($0) } ?? []).compactMap(\.string).map { Glob($0) }, selection: .init(newest: node["backups"]?["newest"]?.int), sinks: list(node["sinks"]).compactMap(\.string).map { SinkName(rawValue: $0) }, concurrency: node["concurrency"]?.int ?? 4)
        }
        var serve: ServeConfig?
        if let node = root["serve"] {
            let listen = (node["listen"]?.string ?? "127.0.0.1:8378").split(separator: ":")
            serve = ServeConfig(host: String(listen[0]), port: Int(listen[1]) ?? 0, source: .init(rawValue: node["source"]?.string ?? ""), allowsPlainHTTP: true, keys: try list(node["keys"]).map { key in
                let (id, secret) = (key["secret_id"]?.string ?? "", key["secret_key"]?.string ?? "")
                return KeyConfig(secretID: resolvingSecrets ? try SecretReference(id)!.resolve(folder: folder) : Secret(""), secretKey: resolvingSecrets ? try SecretReference(secret)!.resolve(folder: folder) : Secret(""), references: (id, secret))
            })
        }
        return Config(catalog: catalog.hasPrefix("/") ? catalog : folder + "/" + catalog, sources: sources, sinks: sinks, jobs: jobs, serve: serve)
    }
}
enum ConfigPrinter { static func json(_ c: Config) -> String { "" }; static func yaml(_ c: Config) -> String { "" } }
enum ConfigSchema { static func json(registry: PluginRegistry) -> String { "" } }
enum ConfigTemplate { static func text() -> String { "" } }
