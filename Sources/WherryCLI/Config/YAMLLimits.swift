/// Stops texts that would take much time or memory, before anything is made of them.
enum YAMLLimits {
    /// The longest text, in bytes.
    static let maximumBytes = 1 << 20

    /// Counts what looks like an alias or an open bracket, also in comments and quotes: a configuration has few of each.
    ///
    /// - Returns: nil when all is well.
    static func check(_ text: String) -> YAMLProblem? {
        guard text.utf8.count <= maximumBytes else {
            return YAMLProblem("the file is longer than 1 MiB", at: .start, remedy: "Check that it is the right one.")
        }
        var position = ConfigPosition.start
        var aliases = 0
        var depth = 0
        var previous: Unicode.Scalar = "\n"
        var isComment = false
        var scalars = text.unicodeScalars.makeIterator()
        var next = scalars.next()
        while let scalar = next {
            next = scalars.next()
            let isFirst = " \t\n\r[{,:".unicodeScalars.contains(previous)
            switch scalar {
            case "#" where " \t\n\r".unicodeScalars.contains(previous): isComment = true
            case "*" where isFirst && !isComment && next?.properties.isAlphabetic == true: aliases += 1
            case "[", "{": if !isComment { depth += 1 }
            case "]", "}": if !isComment { depth = max(0, depth - 1) }
            default: break
            }
            if aliases > ConfigYAML.maximumAliases {
                return YAMLProblem("there are more than \(ConfigYAML.maximumAliases) aliases", at: position)
            }
            if depth > ConfigYAML.maximumDepth {
                return YAMLProblem("brackets are nested more than \(ConfigYAML.maximumDepth) deep", at: position)
            }
            if scalar == "\n" {
                position = ConfigPosition(line: position.line + 1, column: 1)
                isComment = false
            } else {
                position.column += 1
            }
            previous = scalar
        }
        return nil
    }
}
