import FoundationEssentials
import WherryPrograms

/// A program with arguments that have placeholders.
struct Command: Sendable {
    let path: String
    let arguments: [ArgumentTemplate]
    let environment: ProgramEnvironment
    let folder: String?

    /// For people: the last part of its path.
    var name: String { path.split(separator: "/").last.map(String.init) ?? path }

    /// The program with its arguments.
    func program(_ values: [String: String]) throws -> Program {
        Program(
            path,
            try arguments.map { try $0.rendered(values) },
            environment: environment,
            folder: folder
        )
    }

    /// Whether it is there and may be run.
    var isFound: Bool { Program(path, environment: environment).isFound }
}
