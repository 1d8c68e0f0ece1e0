/// Writes values as YAML that reads back the same.
enum YAMLText {
    /// A document: one line a plain value, lists of plain values in brackets.
    static func document(_ tree: JSONTree) -> String { lines(tree).map { $0 + "\n" }.joined() }

    private static func lines(_ tree: JSONTree) -> [String] {
        switch tree {
        case .object(let members) where tree.isContainer:
            return members.flatMap { member -> [String] in
                let key = string(member.key) + ":"
                if isInline(member.value) { return ["\(key) \(inline(member.value))"] }
                return [key] + lines(member.value).map { "  " + $0 }
            }
        case .array(let entries) where !isInline(tree):
            return entries.flatMap { entry in
                lines(entry).enumerated().map { ($0.offset == 0 ? "- " : "  ") + $0.element }
            }
        case .boolean, .integer, .number, .string, .array, .object:
            return [inline(tree)]
        }
    }

    private static func isInline(_ tree: JSONTree) -> Bool {
        guard case .array(let entries) = tree else { return !tree.isContainer }
        return !entries.contains(where: \.isContainer)
    }

    private static func inline(_ tree: JSONTree) -> String {
        switch tree {
        case .string(let text): string(text)
        case .array(let entries): "[" + entries.map(inline).joined(separator: ", ") + "]"
        // The rest is spelled the same in both: JSON is YAML.
        case .boolean, .integer, .number, .object: tree.json()
        }
    }

    /// Without quotes only what means itself in YAML 1.1 and 1.2, also between brackets.
    private static func string(_ text: String) -> String {
        let words = ["true", "false", "yes", "no", "on", "off", "null", "y", "n"]
        let isPlain = text.unicodeScalars.allSatisfy { scalar in
            scalar.isASCII && (scalar.properties.isAlphabetic || "0123456789_./:-".unicodeScalars.contains(scalar))
        }
        let startsWell = text.first.map { $0.isLetter || $0 == "/" || $0 == "_" } ?? false
        guard isPlain, startsWell, !text.hasSuffix(":"), !words.contains(text.lowercased()) else {
            return JSONText.string(text)
        }
        return text
    }
}
