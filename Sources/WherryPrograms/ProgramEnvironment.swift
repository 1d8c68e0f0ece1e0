import FoundationEssentials
public import WherryCore

/// The whole environment of a program: what is not named here it does not have.
///
/// Our own may hold secrets that are none of its business.
public struct ProgramEnvironment: Sendable, Hashable {
    /// What every program may know of this process, where this process has it.
    public static let allowed = ["PATH", "HOME", "TMPDIR", "LANG", "LC_ALL", "TZ"]

    /// Variables that anybody may see.
    public var variables: [String: String]
    /// Variables that hold a secret; they win over ``variables``, and are masked wherever a program repeats them.
    public var secrets: [String: Secret]

    /// Only these.
    public init(_ variables: [String: String] = [:], secrets: [String: Secret] = [:]) {
        self.variables = variables
        self.secrets = secrets
    }

    /// Those of ``allowed`` that this process has, and these.
    public static func usual(_ more: [String: String] = [:], secrets: [String: Secret] = [:]) -> ProgramEnvironment {
        let own = ProcessInfo.processInfo.environment.filter { allowed.contains($0.key) }
        return ProgramEnvironment(own.merging(more) { $1 }, secrets: secrets)
    }

    /// Everything, secrets revealed: for the child alone.
    var revealed: [String: String] { variables.merging(secrets.mapValues(\.reveal)) { $1 } }
}
