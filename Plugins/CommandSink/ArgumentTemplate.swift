import WherryCore

/// One argument with placeholders, such as `--name={instance}-{time}`; `{{` and `}}` stand for braces.
///
/// A placeholder is replaced inside its one argument, and no shell ever sees it: blanks, quotes and the like in a value
/// mean nothing.
struct ArgumentTemplate: Sendable, Hashable {
    private enum Piece: Sendable, Hashable {
        case literal(String)
        case field(String)
    }

    private let pieces: [Piece]

    /// Reads a template.
    ///
    /// - Throws: ``Failure`` `command.placeholder` of class `configuration`.
    init(_ text: String, of option: String, fields: [String]) throws {
        var pieces: [Piece] = []
        var literal = ""
        var rest = text.unicodeScalars[...]
        while let scalar = rest.popFirst() {
            switch scalar {
            case "{", "}":
                if rest.first == scalar {
                    rest.removeFirst()
                    literal.unicodeScalars.append(scalar)
                    continue
                }
                guard scalar == "{", let close = rest.firstIndex(of: "}") else {
                    throw Self.wrong(text, option, "has a brace without its other half", "Write {{ or }} for a brace.")
                }
                let name = String(rest[..<close])
                guard fields.contains(name) else {
                    let known = fields.map { "{\($0)}" }.joined(separator: " ")
                    throw Self.wrong(text, option, "names the unknown placeholder {\(name)}", "Use \(known).")
                }
                if !literal.isEmpty { pieces.append(.literal(literal)) }
                literal = ""
                pieces.append(.field(name))
                rest = rest[rest.index(after: close)...]
            default:
                literal.unicodeScalars.append(scalar)
            }
        }
        if !literal.isEmpty { pieces.append(.literal(literal)) }
        self.pieces = pieces
    }

    /// The argument with these values; one that is not known is empty.
    ///
    /// - Throws: ``Failure`` `command.unsafe-value` when a value would make an option of it, or cannot be an argument.
    func rendered(_ values: [String: String]) throws -> String {
        var argument = ""
        for piece in pieces {
            switch piece {
            case .literal(let text): argument += text
            case .field(let name):
                let value = values[name] ?? ""
                if value.utf8.contains(0) { throw Self.unsafe(name, "holds a zero byte") }
                if argument.isEmpty, value.utf8.first == UInt8(ascii: "-") {
                    throw Self.unsafe(name, "begins with - and would be taken for an option")
                }
                argument += value
            }
        }
        return argument
    }

    private static func wrong(_ text: String, _ option: String, _ what: String, _ remedy: String) -> Failure {
        Failure(
            .configuration,
            code: "command.placeholder",
            "The text \(text) in the option \(option) \(what).",
            remedy: remedy
        )
    }

    private static func unsafe(_ name: String, _ what: String) -> Failure {
        Failure(
            .unsupported,
            code: "command.unsafe-value",
            "The value of {\(name)} \(what).",
            remedy: "Put something before the placeholder, such as ./{\(name)} or --name={\(name)}."
        )
    }
}
