package import WherryPluginKit

/// What a plugin answers to `describe`.
package struct PluginDescription: Sendable, Hashable {
    /// Its name, kebab case.
    package var id: String
    /// Its own version.
    package var version: String
    /// Whether it is a source or a sink.
    package var kind: PluginKind
    /// A few words for listings.
    package var title: String
    /// What it does, a few sentences.
    package var summary: String
    /// How a sink wants its files; nil for a source.
    package var wish: PluginWish?
    /// The operations that it has beyond those that every plugin of its kind has.
    package var capabilities: Set<PluginOperation>
    /// Whether it wants to be given back what it said in `state` lines.
    package var keepsState: Bool
    /// Its options.
    package var options: [OptionSpec]
    /// How long it may take to stop when it is asked to.
    package var grace: Duration

    /// The longest time that a plugin is granted to stop.
    package static let longestGrace: Int64 = 60

    /// A description.
    package init(
        id: String,
        version: String,
        kind: PluginKind,
        title: String = "",
        summary: String = "",
        wish: PluginWish? = nil,
        capabilities: Set<PluginOperation> = [],
        keepsState: Bool = false,
        options: [OptionSpec] = [],
        grace: Duration = .seconds(10)
    ) {
        self.id = id
        self.version = version
        self.kind = kind
        self.title = title
        self.summary = summary
        self.wish = wish
        self.capabilities = capabilities
        self.keepsState = keepsState
        self.options = options
        self.grace = grace
    }

    /// The operations that it has.
    package var operations: Set<PluginOperation> {
        let always: Set<PluginOperation> =
            kind == .source ? [.describe, .check, .instances, .backups, .issueURLs] : [.describe, .check, .deliver]
        return always.union(capabilities)
    }

    /// Which operations are a matter of capability.
    static func optional(_ kind: PluginKind) -> Set<PluginOperation> {
        kind == .source ? [.requestBackup] : [.presence, .remove, .finish, .read]
    }

    /// The word among the capabilities of one that keeps state: no operation.
    private static let stateWord = "state"

    /// Its capabilities as they are written, sorted.
    package var capabilityWords: [String] {
        (capabilities.map(\.rawValue) + (keepsState ? [Self.stateWord] : [])).sorted()
    }

    /// It as JSON: the member `plugin` of the result of `describe`.
    package var value: JSONValue {
        .members([
            "id": .string(id), "version": .string(version), "kind": .string(kind.rawValue), "title": .string(title),
            "summary": .string(summary), "wants": .text(wish?.rawValue),
            "capabilities": .array(capabilityWords.map { .string($0) }),
            "options": .array(options.map(WireOption.value)),
            "grace_s": .integer(grace.components.seconds),
        ])
    }

    /// Reads one.
    package init(_ value: JSONValue) throws(WireProblem) {
        let what = "describe"
        id = try value.requiredName("id", of: what)
        version = try value.optionalText("version", of: what) ?? ""
        guard let kind = try value.word("kind", of: what, as: PluginKind.self) else {
            throw WireProblem("The description has no kind: source or sink.")
        }
        self.kind = kind
        title = try value.optionalText("title", of: what) ?? ""
        summary = try value.optionalText("summary", of: what) ?? ""
        wish = try value.word("wants", of: what, as: PluginWish.self)
        if kind == .sink, wish == nil { throw WireProblem("A sink's description has no wants: links, file or stream.") }
        // Words that are not known belong to a later version.
        let words = value["capabilities"]?.entries?.compactMap(\.text) ?? []
        capabilities = Set(words.compactMap(PluginOperation.init)).intersection(Self.optional(kind))
        keepsState = words.contains(Self.stateWord)
        var options: [OptionSpec] = []
        for option in value["options"]?.entries ?? [] { options.append(try WireOption.read(option)) }
        guard Set(options.map(\.name)).count == options.count else { throw WireProblem("Two options have one name.") }
        self.options = options
        grace = .seconds(min(Self.longestGrace, try value.optionalCount("grace_s", of: what) ?? 10))
    }
}

/// Options, as they are written in messages.
package enum WireOption {
    /// Writes one.
    package static func value(_ option: OptionSpec) -> JSONValue {
        .members([
            "name": .string(option.name), "kind": .string(name(option.kind)), "help": .string(option.help),
            "default": .text(option.defaultValue), "required": .boolean(option.isRequired),
            "example": .text(option.example), "min": bounds(option.kind).map { .integer(Int64($0.lowerBound)) },
            "max": bounds(option.kind).map { .integer(Int64($0.upperBound)) }, "words": words(option.kind),
        ])
    }

    private static func bounds(_ kind: OptionSpec.Kind) -> ClosedRange<Int>? {
        if case .integer(let range) = kind { range } else { nil }
    }

    private static func words(_ kind: OptionSpec.Kind) -> JSONValue? {
        if case .choice(let words) = kind { .array(words.map { .string($0) }) } else { nil }
    }

    private static func name(_ kind: OptionSpec.Kind) -> String {
        switch kind {
        case .string: "string"
        case .secret: "secret"
        case .path: "path"
        case .endpoint: "endpoint"
        case .integer: "integer"
        case .boolean: "boolean"
        case .duration: "duration"
        case .choice: "choice"
        // What is no single value cannot be given to a program.
        case .texts, .records, .mapping: "string"
        }
    }

    /// Reads one.
    static func read(_ value: JSONValue) throws(WireProblem) -> OptionSpec {
        let what = "an option"
        return OptionSpec(
            try value.requiredName("name", of: what),
            try kind(value),
            help: try value.optionalText("help", of: what) ?? "",
            default: try value.optionalText("default", of: what),
            required: value["required"]?.boolean ?? false,
            example: try value.optionalText("example", of: what)
        )
    }

    private static func kind(_ value: JSONValue) throws(WireProblem) -> OptionSpec.Kind {
        switch try value.optionalText("kind", of: "an option") ?? "string" {
        case "secret": return .secret
        case "path": return .path
        case "endpoint": return .endpoint
        case "boolean": return .boolean
        case "duration": return .duration
        case "integer":
            let lowest = value["min"]?.integer ?? 0
            let highest = value["max"]?.integer ?? 1 << 53
            guard lowest <= highest else { throw WireProblem("An option's min is above its max.") }
            return .integer(Int(lowest)...Int(highest))
        case "choice":
            guard let words = value["words"]?.entries?.compactMap(\.text), !words.isEmpty else {
                throw WireProblem("An option of kind choice has no words.")
            }
            return .choice(words)
        // A kind that is not known belongs to a later version; its text is passed on.
        default: return .string
        }
    }
}
