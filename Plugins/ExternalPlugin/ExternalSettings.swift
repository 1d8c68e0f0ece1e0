import WherryCore
import WherryPluginKit
import WherryPluginWire

/// The options of `external`, the same for sources and sinks.
struct ExternalSettings: Sendable {
    var kind: PluginKind
    var path: String?
    var name: String?
    var folders: [String]
    var pin: SHA256Digest?
    var options: [String: OptionValues.Value]
    var secrets: [String: Secret]
    var deadline: Duration
    var timeout: Duration
    var stall: Duration

    /// The options, for a plugin of this kind.
    static func specs(_ kind: PluginKind) -> [OptionSpec] {
        let name = OptionSpec(
            "name",
            .string,
            help: "The plugin's name: wherry-\(kind.rawValue)-NAME in one of the folders.",
            example: kind == .sink ? "folder" : "shelf"
        )
        let path = OptionSpec("path", .path, help: "The plugin's program, instead of a name.")
        let folders = OptionSpec(
            "folders",
            .texts,
            help: "Where a name is looked for; when left out, \(PluginFolders.usual.joined(separator: " and "))."
        )
        let sha256 = OptionSpec(
            "sha256",
            .string,
            help: "The digest of the program; it is not run when it has another."
        )
        let options = OptionSpec(
            "options",
            .mapping(.scalars),
            help: "The plugin's own options; see wherry plugin describe."
        )
        let secrets = OptionSpec("secrets", .mapping(.secrets), help: "Those of its options that are secrets.")
        let deadline = OptionSpec("deadline", .duration, help: "How long one delivery may take.", default: "12h")
        let timeout = OptionSpec("timeout", .duration, help: "How long everything else may take.", default: "2m")
        let stall = OptionSpec(
            "stall",
            .duration,
            help: "How long the plugin may keep still while it is its turn.",
            default: "5m"
        )
        let common = [name, path, folders, sha256, options, secrets]
        return common + (kind == .sink ? [deadline] : []) + [timeout, stall]
    }

    /// Reads the values.
    ///
    /// - Throws: ``Failure`` of class `configuration`.
    init(_ values: OptionValues, kind: PluginKind) throws {
        self.kind = kind
        path = values.text("path")
        name = values.text("name")
        guard (path == nil) != (name == nil) else {
            throw Failure(
                .configuration,
                code: "external.which",
                "The options of external name \(path == nil ? "no plugin" : "a plugin by both path and name").",
                remedy: "Write either path: or name:."
            )
        }
        folders = values.texts("folders").isEmpty ? PluginFolders.usual : values.texts("folders")
        pin = try values.text("sha256").map { text in
            guard let digest = SHA256Digest(hex: text) else {
                throw Failure(
                    .configuration,
                    code: "external.pin",
                    "The option sha256 of an external plugin is not 64 hexadecimal digits.",
                    remedy: "Write what sha256sum says of the program."
                )
            }
            return digest
        }
        options = values.mapping("options")
        secrets = values.mapping("secrets").compactMapValues { value in
            if case .secret(let secret) = value { secret } else { nil }
        }
        deadline = values.duration("deadline") ?? .seconds(12 * 3_600)
        timeout = values.duration("timeout") ?? .seconds(120)
        stall = values.duration("stall") ?? .seconds(300)
    }
}
