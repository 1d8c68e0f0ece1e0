import WherryPluginKit

/// The JSON Schema of `wherry.yaml`, draft 2020-12, made of the tables that read it.
enum ConfigSchema {
    /// The schema, pretty-printed, the same text for the same plugins.
    static func json(registry: PluginRegistry) -> String {
        let file = ConfigTables(registry).file
        var definitions: [String: JSONTree] = [:]
        collect(file, into: &definitions)
        guard case .object(let members) = table(file) else { return "{}\n" }
        let head: [(key: String, value: JSONTree)] = [
            ("$schema", .string("https://json-schema.org/draft/2020-12/schema")),
            ("title", .string("wherry.yaml")),
        ]
        let sorted = definitions.sorted { $0.key < $1.key }.map { (key: $0.key, value: $0.value) }
        return JSONTree.object(head + members + [("$defs", .object(sorted))]).json() + "\n"
    }

    /// Defines every table below this one.
    private static func collect(_ table: ConfigTable, into definitions: inout [String: JSONTree]) {
        for field in table.fields {
            for inner in tables(field.kind) where definitions[inner.id] == nil {
                definitions[inner.id] = self.table(inner)
                collect(inner, into: &definitions)
            }
        }
    }

    private static func tables(_ kind: ConfigKind) -> [ConfigTable] {
        switch kind {
        case .table(let table): [table]
        case .options(let tables): Array(tables.values)
        case .list(let kind, _), .mapping(let kind): tables(kind)
        case .text, .name, .path, .output, .secret, .endpoint, .listen, .integer, .positiveNumber, .boolean, .duration,
            .bandwidth, .schedule, .zone, .scalar, .choice:
            []
        }
    }

    private static func table(_ table: ConfigTable) -> JSONTree {
        var members: [(key: String, value: JSONTree)] = [
            ("description", .string(table.help)),
            ("type", .string("object")),
            ("properties", .object(table.fields.map { ($0.name, property($0)) })),
            ("required", .strings(table.fields.filter(\.isRequired).map(\.name))),
            ("additionalProperties", .boolean(false)),
        ]
        for field in table.fields {
            guard case .options(let tables) = field.kind else { continue }
            let ids = tables.keys.sorted()
            members.append(("allOf", .array(ids.compactMap { id in tables[id].map { condition(id, field.name, $0) } })))
        }
        return .object(members)
    }

    /// What holds of the options when the plugin is `id`.
    private static func condition(_ id: String, _ key: String, _ table: ConfigTable) -> JSONTree {
        let isNeeded = table.fields.contains(where: \.isRequired)
        let reference = JSONTree.object([("$ref", .string("#/$defs/\(table.id)"))])
        let options = isNeeded ? reference : .object([("anyOf", .array([reference, nothing]))])
        return .object([
            (
                "if",
                .object([
                    ("properties", .object([("plugin", .object([("const", .string(id))]))])),
                    ("required", .strings(["plugin"])),
                ])
            ),
            (
                "then",
                .object(
                    [("properties", .object([(key, options)]))] + (isNeeded ? [("required", .strings([key]))] : [])
                )
            ),
        ])
    }

    private static func property(_ field: ConfigField) -> JSONTree {
        var members: [(key: String, value: JSONTree)] = [("description", .string(field.help))]
        switch field.kind {
        // Nothing may stand behind these keys, unless they are required, see ConfigKind.mayBeEmpty.
        case .list, .mapping, .table:
            if field.isRequired {
                members += constraints(field.kind)
            } else {
                members.append(("anyOf", .array([.object(constraints(field.kind)), nothing])))
            }
        default: members += constraints(field.kind)
        }
        switch field.fallback {
        case .none: break
        case .value(let text): members.append(("default", typed(text, field.kind)))
        case .list(let texts): members.append(("default", .strings(texts)))
        }
        if let example = field.example { members.append(("examples", .array([typed(example, field.kind)]))) }
        return .object(members)
    }

    private static let nothing = JSONTree.object([("type", .string("null"))])

    private static func typed(_ text: String, _ kind: ConfigKind) -> JSONTree {
        switch kind {
        case .integer: Int(text).map { .integer($0) } ?? .string(text)
        case .positiveNumber: Double(text).map { .number($0) } ?? .string(text)
        case .boolean: .boolean(text == "true")
        default: .string(text)
        }
    }

    private static func constraints(_ kind: ConfigKind) -> [(key: String, value: JSONTree)] {
        func text(_ pattern: String? = nil) -> [(key: String, value: JSONTree)] {
            [("type", .string("string"))] + (pattern.map { [("pattern", .string($0))] } ?? [])
        }
        switch kind {
        case .text: return text()
        case .name: return text(ConfigScalar.namePattern)
        case .path, .output: return text("^[^~]")
        case .secret: return text(SecretReference.pattern)
        case .endpoint: return text(ConfigScalar.endpointPattern)
        case .listen: return text(ConfigScalar.listenPattern)
        case .duration: return text(DurationText.pattern)
        case .bandwidth: return text("^ *[0-9A-Za-z]")
        case .schedule: return text("^ *[0-9A-Za-z*@]")
        case .zone: return text("^[A-Za-z][A-Za-z0-9_+/-]*$")
        case .integer(let range):
            return [
                ("type", .string("integer")), ("minimum", .integer(range.lowerBound)),
                ("maximum", .integer(range.upperBound)),
            ]
        case .positiveNumber(let most):
            return [("type", .string("number")), ("exclusiveMinimum", .integer(0)), ("maximum", .number(most))]
        case .boolean: return [("type", .string("boolean"))]
        case .choice(let words): return [("enum", .strings(words))]
        case .list(let kind, let minimum):
            return [("type", .string("array")), ("items", .object(constraints(kind))), ("minItems", .integer(minimum))]
        case .scalar: return [("type", .strings(["string", "integer", "boolean"]))]
        case .mapping(let kind):
            return [("type", .string("object")), ("additionalProperties", .object(constraints(kind)))]
        case .table(let table): return [("$ref", .string("#/$defs/\(table.id)"))]
        case .options: return [("type", .strings(["object", "null"]))]
        }
    }
}
