import WherryPluginKit

/// A key that a mapping may have.
struct ConfigField: Sendable {
    /// What stands in for a key that is left out, as the file would spell it.
    enum Default: Sendable {
        /// Nothing.
        case none
        /// One value.
        case value(String)
        /// A list of values.
        case list([String])
    }

    /// The key.
    var name: String
    /// What values it takes.
    var kind: ConfigKind
    /// One sentence.
    var help: String
    /// What stands in for it.
    var fallback = Default.none
    /// Whether leaving it out is an error.
    var isRequired = false
    /// A value that could stand there.
    var example: String?
}

extension ConfigField {
    /// A plugin's option.
    ///
    /// - Parameter table: the table that it is in.
    init(_ option: OptionSpec, in table: (title: String, id: String)) {
        self.init(
            name: option.name,
            kind: ConfigKind(option, in: table),
            help: option.help,
            fallback: option.defaultValue.map { .value($0) } ?? .none,
            isRequired: option.isRequired,
            example: option.example
        )
    }

    /// A key that must be there.
    static func required(_ name: String, _ kind: ConfigKind, _ help: String, example: String? = nil) -> ConfigField {
        ConfigField(name: name, kind: kind, help: help, isRequired: true, example: example)
    }

    /// A key that may be left out.
    static func optional(
        _ name: String,
        _ kind: ConfigKind,
        _ help: String,
        default fallback: Default = .none,
        example: String? = nil
    ) -> ConfigField {
        ConfigField(name: name, kind: kind, help: help, fallback: fallback, example: example)
    }
}

/// The keys that a mapping may have: the one list behind reading, JSON Schema and `wherry config show`.
struct ConfigTable: Sendable {
    /// Names the mapping in messages, like `the options of crs`.
    var title: String
    /// The id of its definition in JSON Schema; unique.
    var id: String
    /// What it is, one sentence or a few.
    var help: String
    /// The keys, in the order in which they are shown.
    var fields: [ConfigField]

    /// The field of a key; nil when there is none.
    subscript(name: String) -> ConfigField? { fields.first { $0.name == name } }

    /// The keys, for people.
    var keys: String { fields.isEmpty ? "no keys" : fields.map(\.name).joined(separator: ", ") }
}

extension ConfigTable {
    /// A mapping of a plugin's options.
    init(title: String, id: String, help: String, options: [OptionSpec]) {
        self.init(title: title, id: id, help: help, fields: options.map { ConfigField($0, in: (title, id)) })
    }
}
