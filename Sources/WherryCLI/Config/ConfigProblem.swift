/// One thing that is wrong in the configuration file, and where.
struct ConfigProblem: Sendable, Hashable {
    /// How bad it is.
    enum Level: Sendable, Hashable {
        /// Works, but somebody should look.
        case warning
        /// The configuration cannot be used.
        case error
    }

    /// How bad it is.
    var level: Level
    /// The file, as it was named.
    var file: String
    /// Where in the file.
    var position: ConfigPosition
    /// What was found and what was expected.
    ///
    /// Never holds a secret.
    var message: String
    /// What a person can do; nil when the message says it.
    var remedy: String?

    /// One line, such as `wherry.yaml:7:5: unknown key "endpont"; did you mean "endpoint"?`.
    var line: String {
        "\(file):\(position.line):\(position.column): \(level == .warning ? "warning: " : "")\(message)"
    }
}

/// A place in a text, both numbers from 1; columns count Unicode scalars.
struct ConfigPosition: Sendable, Hashable, Comparable {
    /// The line.
    var line: Int
    /// The column.
    var column: Int

    /// The first place of a file.
    static let start = ConfigPosition(line: 1, column: 1)

    /// Orders as in the file.
    static func < (left: Self, right: Self) -> Bool { (left.line, left.column) < (right.line, right.column) }
}
