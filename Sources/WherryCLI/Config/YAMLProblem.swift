import Yams

/// Why a text cannot be read as YAML, and where.
struct YAMLProblem {
    private let message: String
    private let position: ConfigPosition
    private let remedy: String?

    /// A problem of our own.
    init(_ message: String, at position: ConfigPosition, remedy: String? = nil) {
        self.message = message
        self.position = position
        self.remedy = remedy
    }

    /// One of Yams.
    ///
    /// Its description is not used: it quotes the file, where a secret may stand.
    init(_ error: any Error) {
        switch error as? YamlError {
        case .scanner(let context, let problem, let mark, _), .parser(let context, let problem, let mark, _),
            .composer(let context, let problem, let mark, _):
            let position = ConfigPosition(line: mark.line, column: mark.column)
            if problem.contains("another document") {
                self.init(
                    "a second document begins, expected one",
                    at: position,
                    remedy: "Remove the --- between them."
                )
            } else {
                let context = context.map { " \($0.text)" } ?? ""
                self.init("not YAML: \(problem)\(context)", at: position, remedy: Self.remedy(problem, context))
            }
        case .reader(let problem, let offset, _, let yaml):
            let before = yaml.prefix(offset ?? 0)
            let line = before.count { $0.isNewline } + 1
            let column = before.reversed().prefix { !$0.isNewline }.count + 1
            self.init(
                "not YAML: \(problem)",
                at: ConfigPosition(line: line, column: column),
                remedy: "Remove the character that cannot be seen."
            )
        default:
            self.init("not YAML that can be read", at: .start)
        }
    }

    /// The problem as an error about `file`.
    func error(_ file: String) -> ConfigError {
        let problem = ConfigProblem(level: .error, file: file, position: position, message: message, remedy: remedy)
        return ConfigError([problem])
    }

    private static func remedy(_ problem: String, _ context: String) -> String {
        if context.contains("alias") { return "Put patterns that begin with * into quotes." }
        if problem.contains("cannot start any token") {
            return "Indent with spaces, and quote text with special characters."
        }
        return "Look at this line and the one above: indentation, a missing quote, bracket or colon."
    }
}
