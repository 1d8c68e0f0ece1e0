/// A JSON value whose keys keep their order.
indirect enum JSONTree: Sendable, Equatable {
    /// `true` or `false`.
    case boolean(Bool)
    /// A whole number.
    case integer(Int)
    /// A number.
    case number(Double)
    /// Text.
    case string(String)
    /// A list.
    case array([JSONTree])
    /// Keys with values.
    case object([(key: String, value: JSONTree)])

    /// A list of texts.
    static func strings(_ texts: [String]) -> JSONTree { .array(texts.map { .string($0) }) }

    /// Whether it holds other values.
    var isContainer: Bool {
        switch self {
        case .boolean, .integer, .number, .string: false
        case .array(let entries): !entries.isEmpty
        case .object(let members): !members.isEmpty
        }
    }

    /// As JSON, indented by two spaces a level; lists of plain values on one line.
    func json(indent: String = "") -> String {
        let inner = indent + "  "
        switch self {
        case .boolean(let value): return String(value)
        case .integer(let number): return String(number)
        case .number(let number): return ConfigKind.spelled(number)
        case .string(let text): return JSONText.string(text)
        case .array(let entries):
            if !entries.contains(where: \.isContainer) {
                return "[" + entries.map { $0.json() }.joined(separator: ", ") + "]"
            }
            return "[\n" + entries.map { inner + $0.json(indent: inner) }.joined(separator: ",\n") + "\n\(indent)]"
        case .object(let members):
            if members.isEmpty { return "{}" }
            let lines = members.map { "\(inner)\(JSONText.string($0.key)): \($0.value.json(indent: inner))" }
            return "{\n" + lines.joined(separator: ",\n") + "\n\(indent)}"
        }
    }

    /// Equal when all keys are, in the same order.
    static func == (left: JSONTree, right: JSONTree) -> Bool { left.json() == right.json() }
}
