/// One program of somebody else's, and all that it is given.
public struct Program: Sendable, Hashable {
    /// A name that is looked up in the environment's PATH, or a path when it has a `/`.
    public var name: String
    /// What it is told; never a secret, as anybody on the machine can read it.
    public var arguments: [String]
    /// Its whole environment.
    public var environment: ProgramEnvironment
    /// Where it runs; nil for where this process does.
    public var folder: String?

    /// A program.
    public init(
        _ name: String,
        _ arguments: [String] = [],
        environment: ProgramEnvironment = .usual(),
        folder: String? = nil
    ) {
        self.name = name
        self.arguments = arguments
        self.environment = environment
        self.folder = folder
    }
}
