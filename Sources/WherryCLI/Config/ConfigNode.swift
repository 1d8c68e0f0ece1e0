/// A node of the file: what was written, and where.
struct ConfigNode: Sendable {
    /// A key of a mapping with its value.
    struct Member: Sendable {
        /// The key.
        var key: String
        /// Where the key is.
        var position: ConfigPosition
        /// Its value.
        var value: ConfigNode
    }

    /// What was written.
    enum Content: Sendable {
        /// One word, number or text; a plain one has no quotes around it.
        case scalar(String, isPlain: Bool)
        /// A list.
        case sequence([ConfigNode])
        /// Keys with values, in order; a key may come twice.
        case mapping([Member])
    }

    /// Where it begins.
    var position: ConfigPosition
    /// What was written.
    var content: Content

    /// What a plain scalar means, by the core schema of YAML 1.2.2, section 10.3.2.
    enum Meaning {
        case nothing, boolean(Bool), integer(Int?), number(Double?), text
    }

    /// What a scalar means; nil for lists and mappings.
    var meaning: Meaning? {
        guard case .scalar(let text, let isPlain) = content else { return nil }
        guard isPlain else { return .text }
        switch text {
        case "", "~", "null", "Null", "NULL": return .nothing
        case "true", "True", "TRUE": return .boolean(true)
        case "false", "False", "FALSE": return .boolean(false)
        default: return Self.number(text)
        }
    }

    /// Whether nothing was written.
    var isEmpty: Bool {
        if case .nothing = meaning { true } else { false }
    }

    private static func number(_ text: String) -> Meaning {
        func areDigits(_ part: some StringProtocol) -> Bool {
            !part.isEmpty && part.utf8.allSatisfy { (48...57).contains($0) }
        }
        let unsigned = text.hasPrefix("-") || text.hasPrefix("+") ? text.dropFirst() : text[...]
        if areDigits(unsigned) { return .integer(Int(text)) }
        if text.hasPrefix("0x"), text.count > 2, text.dropFirst(2).allSatisfy(\.isHexDigit) { return .integer(nil) }
        if text.hasPrefix("0o"), text.count > 2, text.dropFirst(2).allSatisfy({ "01234567".contains($0) }) {
            return .integer(nil)
        }
        if [".inf", ".Inf", ".INF"].contains(unsigned) || [".nan", ".NaN", ".NAN"].contains(text) {
            return .number(nil)
        }
        let parts = unsigned.split(maxSplits: 1, omittingEmptySubsequences: false) { $0 == "e" || $0 == "E" }
        if parts.count == 2 {
            let exponent = parts[1].hasPrefix("-") || parts[1].hasPrefix("+") ? parts[1].dropFirst() : parts[1]
            guard areDigits(exponent) else { return .text }
        }
        let mantissa = parts[0].split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        guard mantissa.contains(where: areDigits), mantissa.allSatisfy({ $0.isEmpty || areDigits($0) }) else {
            return .text
        }
        return .number(Double(text))
    }
}
