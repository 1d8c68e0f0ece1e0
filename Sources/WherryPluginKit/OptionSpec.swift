/// One option of a plugin.
///
/// The list of them drives validation, the JSON Schema, `wherry plugins describe` and redaction.
public struct OptionSpec: Sendable, Hashable {
    /// What values an option takes.
    public enum Kind: Sendable, Hashable {
        /// Any text.
        case string
        /// A reference to a secret: `env:NAME`, `file:PATH` or `credential:NAME`.
        case secret
        /// A path; relative ones start at the folder of the configuration file.
        case path
        /// A URL with scheme http or https and no path beyond `/`.
        case endpoint
        /// A whole number within a range.
        case integer(ClosedRange<Int>)
        /// `true` or `false`.
        case boolean
        /// A number and a unit: `90s`, `15m`, `12h`, `7d`.
        case duration
        /// One of the words.
        case choice([String])
        /// A list of texts.
        case texts
        /// A list of mappings, each with these keys.
        case records([OptionSpec])
        /// A mapping with keys of the user's choice, for a plugin that learns only later which there are.
        case mapping(Entry)

        /// For people: what is expected.
        public var expectation: String {
            switch self {
            case .string: "text"
            case .secret: "a reference to a secret: env:NAME, file:PATH or credential:NAME"
            case .path: "a path"
            case .endpoint: "a URL such as https://host.example"
            case .integer(let range): "a whole number from \(range.lowerBound) to \(range.upperBound)"
            case .boolean: "true or false"
            case .duration: "a duration such as 90s, 15m, 12h or 7d"
            case .choice(let words): "one of " + words.joined(separator: ", ")
            case .texts: "a list of texts"
            case .records(let options): "a list of mappings with " + options.map(\.name).joined(separator: ", ")
            case .mapping(.scalars): "a mapping of names to texts, numbers, true or false"
            case .mapping(.secrets): "a mapping of names to references to secrets"
            }
        }

        /// What stands behind the keys of a mapping.
        public enum Entry: Sendable, Hashable {
            /// Texts, whole numbers and truth values.
            case scalars
            /// References to secrets.
            case secrets
        }
    }

    /// Its key in the configuration, snake case.
    public var name: String
    /// What values it takes.
    public var kind: Kind
    /// One sentence.
    public var help: String
    /// The value used when it is left out, as the configuration would spell it; nil for none.
    public var defaultValue: String?
    /// Whether leaving it out is an error.
    public var isRequired: Bool
    /// A value that could stand there.
    public var example: String?

    /// An option.
    public init(
        _ name: String,
        _ kind: Kind,
        help: String,
        default defaultValue: String? = nil,
        required: Bool = false,
        example: String? = nil
    ) {
        self.name = name
        self.kind = kind
        self.help = help
        self.defaultValue = defaultValue
        isRequired = required
        self.example = example
    }
}
