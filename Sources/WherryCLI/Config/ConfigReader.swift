import WherryCore

/// Reads nodes by their tables, and collects what is wrong with them.
struct ConfigReader {
    private let place: ConfigPlace
    private let secrets: SecretResolver?
    /// What was found so far.
    private(set) var problems: [ConfigProblem] = []

    /// A reader.
    ///
    /// - Parameter secrets: looks secrets up; nil when that is not wanted.
    init(place: ConfigPlace, secrets: SecretResolver?) {
        self.place = place
        self.secrets = secrets
    }

    /// Adds a problem.
    mutating func report(
        _ message: String,
        at position: ConfigPosition,
        remedy: String? = nil,
        level: ConfigProblem.Level = .error
    ) {
        problems.append(
            ConfigProblem(level: level, file: place.file, position: position, message: message, remedy: remedy)
        )
    }

    /// Reads a mapping; nil when it is none.
    ///
    /// What is wrong in it is left out of the record.
    mutating func record(_ node: ConfigNode, _ table: ConfigTable) -> ConfigRecord? {
        guard case .mapping(let members) = node.content else {
            let found = node.isEmpty ? "is empty" : "is \(found(node, as: .table(table)))"
            report("\(table.title) \(found), expected \(ConfigKind.table(table).expectation)", at: node.position)
            return nil
        }
        var (given, meant) = known(members, table)
        // Nothing behind a key whose lines below are all comments is the same as no key.
        given = given.filter { table[$0.key]?.kind.mayBeEmpty != true || !$0.value.isEmpty }
        var record = ConfigRecord(position: node.position, table: table)
        for field in table.fields {
            if let node = given[field.name] {
                record[field.name] = entry(node, field.kind, label: field.name, plugin: record.text("plugin"))
            } else if let node = standIn(for: field, at: node.position) {
                record[field.name] = entry(node, field.kind, label: field.name, plugin: record.text("plugin"))
            } else if field.isRequired, !meant.contains(field.name) {
                let example = field.example.map { ", such as \($0)" } ?? ""
                report(
                    "missing key \"\(field.name)\" in \(table.title), expected \(field.kind.expectation)\(example)",
                    at: node.position
                )
            }
        }
        return record
    }

    /// The members with known keys, the first of each; and which keys were meant by unknown ones.
    private mutating func known(
        _ members: [ConfigNode.Member],
        _ table: ConfigTable
    ) -> (given: [String: ConfigNode], meant: Set<String>) {
        var given: [String: ConfigNode] = [:]
        var lines: [String: Int] = [:]
        var meant: Set<String> = []
        for member in members {
            let key = Self.quotedKey(member.key)
            if let line = lines[member.key] {
                report("duplicate key \(key), first on line \(line)", at: member.position, remedy: "Keep one of them.")
                continue
            }
            lines[member.key] = member.position.line
            if table[member.key] != nil {
                given[member.key] = member.value
            } else if let near = Spelling.nearest(to: member.key, in: table.fields.map(\.name)) {
                meant.insert(near)
                report("unknown key \(key); did you mean \"\(near)\"?", at: member.position)
            } else {
                report("unknown key \(key) in \(table.title), expected \(table.keys)", at: member.position)
            }
        }
        return (given, meant)
    }

    /// What is read in place of a key that is left out.
    private func standIn(for field: ConfigField, at position: ConfigPosition) -> ConfigNode? {
        switch field.fallback {
        case .value(let text):
            ConfigNode(position: position, content: .scalar(text, isPlain: field.kind.isTyped))
        case .list(let texts):
            ConfigNode(
                position: position,
                content: .sequence(texts.map { ConfigNode(position: position, content: .scalar($0, isPlain: false)) })
            )
        case .none:
            // Options that are left out are read as none, so that required ones are missed.
            if case .options = field.kind { ConfigNode(position: position, content: .mapping([])) } else { nil }
        }
    }

    /// Reads one value; nil when it is wrong.
    private mutating func entry(
        _ node: ConfigNode,
        _ kind: ConfigKind,
        label: String,
        plugin: String?
    ) -> ConfigEntry? {
        let value: ConfigValue?
        switch kind {
        case .table(let table):
            value = record(node, table).map { .table($0) }
        case .options(let tables):
            // An unknown plugin was reported where it is named.
            value = plugin.flatMap { tables[$0] }.flatMap { record(node, $0) }.map { .table($0) }
        case .mapping(let kind):
            value = mapping(node, of: kind, label: label).map { .table($0) }
        case .list(let kind, let minimum):
            value = list(node, of: kind, minimum: minimum, label: label).map { .list($0) }
        default:
            value = scalar(node, kind, label: label)
        }
        return value.map { ConfigEntry(value: $0, position: node.position) }
    }

    /// Reads a mapping whose keys nobody knows beforehand: each that is there is one of its table.
    private mutating func mapping(_ node: ConfigNode, of kind: ConfigKind, label: String) -> ConfigRecord? {
        var keys: [String] = []
        if case .mapping(let members) = node.content {
            for member in members where !keys.contains(member.key) { keys.append(member.key) }
        }
        let table = ConfigTable(
            title: label,
            id: "",
            help: "",
            fields: keys.map { .optional($0, kind, "") }
        )
        return record(node, table)
    }

    private mutating func list(
        _ node: ConfigNode,
        of kind: ConfigKind,
        minimum: Int,
        label: String
    ) -> [ConfigEntry]? {
        guard case .sequence(let nodes) = node.content else {
            report(
                "\(label) is \(found(node, as: kind)), expected a list",
                at: node.position,
                remedy: "Write each entry on a line of its own behind a hyphen."
            )
            return nil
        }
        if nodes.count < minimum {
            report("\(label) is an empty list, expected one entry or more", at: node.position)
        }
        return nodes.compactMap { entry($0, kind, label: "an entry of \(label)", plugin: nil) }
    }

    private mutating func scalar(_ node: ConfigNode, _ kind: ConfigKind, label: String) -> ConfigValue? {
        switch ConfigScalar.read(node, kind, place: place) {
        case .success(.secret(let reference, _)):
            return .secret(reference, lookUp(reference, label: label, at: node.position))
        case .success(let value):
            return value
        case .failure(let problem):
            let reason = problem.reason ?? "is \(found(node, as: kind)), expected \(kind.expectation)"
            report("\(label) \(reason)", at: node.position, remedy: problem.remedy)
            return nil
        }
    }

    private mutating func lookUp(_ reference: SecretReference, label: String, at position: ConfigPosition) -> Secret? {
        guard let secrets else { return nil }
        do {
            let finding = try secrets.resolve(reference)
            if let path = finding.exposedPath {
                report(
                    "\(label): every user of this machine can read \(path)",
                    at: position,
                    remedy: "Run chmod 600 on it.",
                    level: .warning
                )
            }
            return finding.secret
        } catch {
            report("\(label): \(error.message)", at: position, remedy: error.remedy)
            return nil
        }
    }

    /// What stands there, for people; never what may be a secret.
    private func found(_ node: ConfigNode, as kind: ConfigKind) -> String {
        switch node.content {
        case .sequence: "a list"
        case .mapping: "a mapping"
        case .scalar(let text, _):
            switch (node.meaning, kind) {
            case (.nothing, _): "empty"
            case (_, .secret),
                (_, .endpoint) where text.contains("@") || text.contains("?"):
                "a value"
            case (.boolean, _), (.integer, _), (.number, _): Self.shortened(text)
            default: Self.quoted(text)
            }
        }
    }

    /// Text of the file as it may stand in a message: short, and without characters that move the cursor.
    private static func quoted(_ text: String) -> String { "\"\(shortened(text))\"" }

    /// A key as it may stand in a message: its first word.
    ///
    /// What follows may be a value that lacks its colon.
    private static func quotedKey(_ key: String) -> String {
        let word = key.prefix { $0.isLetter || $0.isNumber || $0 == "_" || $0 == "-" }
        return quoted(word.count == key.count ? key : word + "…")
    }

    private static func shortened(_ text: String) -> String {
        let visible = String(String.UnicodeScalarView(text.unicodeScalars.prefix(41).map(Self.visible)))
        return text.unicodeScalars.count > 40 ? String(visible.dropLast()) + "…" : visible
    }

    private static func visible(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .privateUse: "\u{FFFD}"
        default: scalar
        }
    }
}
