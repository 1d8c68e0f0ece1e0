import Yams

/// Reads YAML into ``ConfigNode``s.
struct ConfigYAML {
    /// The most places that may repeat an anchored part with `*name`.
    static let maximumAliases = 32
    /// The most nodes, repeated parts counted each time.
    static let maximumNodes = 20_000
    /// The deepest nesting.
    static let maximumDepth = 32

    private let file: String
    private let keys: YAMLKeys
    private var nodes = 0

    private init(file: String, keys: YAMLKeys) {
        self.file = file
        self.keys = keys
    }

    /// Reads a text; nil when there is nothing in it but comments.
    ///
    /// - Throws: ``ConfigError`` with the one place that is not YAML, or not YAML of the kind that is read here.
    static func read(_ text: String, file: String) throws(ConfigError) -> ConfigNode? {
        // The byte order mark is no part of the text; libYAML knows it only when it guesses the encoding.
        let text = text.unicodeScalars.first == "\u{FEFF}" ? String(text.unicodeScalars.dropFirst()) : text
        if let problem = YAMLLimits.check(text) { throw problem.error(file) }
        let (root, keys) = try compose(text, file: file)
        guard let root else { return nil }
        var reader = ConfigYAML(file: file, keys: keys)
        return try reader.node(root, depth: 0)
    }

    /// Reads a text in which keys may come twice.
    ///
    /// Yams refuses such a mapping, and tells one of the keys only. Each is renamed to something unique of the
    /// same length, so that marks stay true, until all can be read; ``YAMLKeys`` knows the names.
    private static func compose(_ text: String, file: String) throws(ConfigError) -> (Node?, YAMLKeys) {
        var keys = YAMLKeys(text)
        while true {
            do {
                let parser = try Parser(yaml: keys.text, resolver: .basic, encoding: .utf8)
                return (try parser.singleRoot(), keys)
            } catch {
                if case YamlError.duplicatedKeysInMapping(let names, let context) = error {
                    let position = ConfigPosition(line: context.mark.line, column: context.mark.column)
                    if keys.rename(at: position) { continue }
                    let names = names.map { "\"\($0)\"" }.joined(separator: ", ")
                    throw YAMLProblem("duplicate key \(names)", at: position, remedy: "Keep one of them.").error(file)
                }
                throw YAMLProblem(error).error(file)
            }
        }
    }

    private mutating func node(_ node: Node, depth: Int) throws(ConfigError) -> ConfigNode {
        let position = node.mark.map { ConfigPosition(line: $0.line, column: $0.column) } ?? .start
        nodes += 1
        guard nodes <= Self.maximumNodes, depth <= Self.maximumDepth else {
            let what =
                depth > Self.maximumDepth ? "nested more than \(Self.maximumDepth) deep" : "too large once repeated"
            throw YAMLProblem("the configuration is \(what)", at: position, remedy: "Use fewer aliases and levels.")
                .error(file)
        }
        switch node {
        case .scalar(let scalar):
            let isText = try isTagged(scalar.tag, as: "str", at: position)
            return ConfigNode(
                position: position,
                content: .scalar(scalar.string, isPlain: scalar.style == .plain && !isText)
            )
        case .sequence(let sequence):
            _ = try isTagged(sequence.tag, as: "seq", at: position)
            var entries: [ConfigNode] = []
            for entry in sequence { entries.append(try self.node(entry, depth: depth + 1)) }
            return ConfigNode(position: position, content: .sequence(entries))
        case .mapping(let mapping):
            _ = try isTagged(mapping.tag, as: "map", at: position)
            return ConfigNode(position: position, content: .mapping(try members(mapping, depth: depth)))
        case .alias:
            // Only made by hand, never by the parser, which puts the aliased node in its place.
            throw YAMLProblem("an alias stands for nothing", at: position).error(file)
        }
    }

    private mutating func members(_ mapping: Node.Mapping, depth: Int) throws(ConfigError) -> [ConfigNode.Member] {
        var members: [ConfigNode.Member] = []
        var merged: [ConfigNode.Member] = []
        for (key, value) in mapping {
            let position = key.mark.map { ConfigPosition(line: $0.line, column: $0.column) } ?? .start
            guard case .scalar(let scalar) = key else {
                throw YAMLProblem("a key is a list or a mapping, expected a word", at: position).error(file)
            }
            let value = try node(value, depth: depth + 1)
            if scalar.string == "<<", scalar.style == .plain {
                merged += try parts(of: value)
            } else {
                members.append(.init(key: keys.name(scalar.string), position: position, value: value))
            }
        }
        // https://yaml.org/type/merge.html: what is said here wins, then what is merged first.
        for member in merged where !members.contains(where: { $0.key == member.key }) { members.append(member) }
        return members
    }

    private func parts(of merged: ConfigNode) throws(ConfigError) -> [ConfigNode.Member] {
        switch merged.content {
        case .mapping(let members): return members
        case .sequence(let nodes):
            var members: [ConfigNode.Member] = []
            for node in nodes { members += try parts(of: node) }
            return members
        case .scalar:
            throw YAMLProblem("<< merges a value, expected a mapping", at: merged.position).error(file)
        }
    }

    private func isTagged(_ tag: Tag, as name: String, at position: ConfigPosition) throws(ConfigError) -> Bool {
        switch tag.description {
        case "": return false
        case "!", "tag:yaml.org,2002:\(name)": return true
        default: throw YAMLProblem("a tag stands here, expected a value without one", at: position).error(file)
        }
    }
}
