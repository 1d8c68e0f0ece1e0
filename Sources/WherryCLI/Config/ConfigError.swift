import WherryCore

/// Everything that is wrong in a configuration file, at once.
struct ConfigError: Error, Sendable {
    /// The problems, by position; at least one is an error.
    var problems: [ConfigProblem]

    /// Sorts the problems by position.
    init(_ problems: [ConfigProblem]) { self.problems = problems.sortedByPosition() }

    /// All of it as one failure of class `configuration`, code `config.invalid`.
    var failure: Failure {
        let errors = problems.filter { $0.level == .error }
        let first = errors.first ?? problems.first
        let more = errors.count > 1 ? " (and \(errors.count - 1) more)" : ""
        return Failure(
            .configuration,
            code: "config.invalid",
            (first?.line ?? "The configuration is not valid.") + more,
            remedy: first?.remedy ?? "Correct the file; wherry config schema says what it may hold."
        )
    }

    /// One line a problem, remedies below, then the count.
    func text(for terminal: Terminal) -> String {
        var text = ""
        for problem in problems {
            text += problem.line + "\n"
            if let remedy = problem.remedy { text += "    " + terminal.styled("help:", .cyan) + " \(remedy)\n" }
        }
        let count = problems.count { $0.level == .error }
        let what = count == 1 ? "1 problem" : "\(count) problems"
        return text + terminal.styled("error:", .red) + " The configuration has \(what).\n"
    }
}

extension [ConfigProblem] {
    /// By position; those of the same place stay in order.
    func sortedByPosition() -> Self {
        enumerated().sorted { ($0.element.position, $0.offset) < ($1.element.position, $1.offset) }.map(\.element)
    }
}
