import FoundationEssentials
import WherryCore
import WherryPrograms

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// A server that can load a dump: `redis-server` or `valkey-server` of this machine.
package struct ServerProgram: Sendable, Hashable {
    /// Its absolute path.
    package let path: String
    /// Its name: `redis` or `valkey`.
    package let engine: String
    /// Its version, such as `7.0.15`.
    package let version: String

    /// The names that are looked for.
    package static let names = ["redis-server", "valkey-server"]

    /// How its version is shown: `redis 7.0.15`.
    package var title: String { "\(engine) \(version)" }

    /// Whether it has the options that came with Redis 7.0.
    var isModern: Bool { engine == "valkey" || (Int(version.prefix { $0.isNumber }) ?? 0) >= 7 }

    /// Finds one, and asks it who it is.
    ///
    /// - Parameter name: a name in PATH or a path; nil for the first of ``names`` that is there.
    /// - Throws: ``Failure``: `prove.no-server`, `prove.not-a-server` (configuration).
    package static func find(_ name: String?) async throws -> ServerProgram {
        guard let path = (name.map { [$0] } ?? names).lazy.compactMap(path(of:)).first else {
            throw Failure(
                .configuration,
                code: "prove.no-server",
                name.map { "There is no program \($0)." }
                    ?? "There is neither a redis-server nor a valkey-server in PATH.",
                remedy:
                    "Install one (apt install redis-server; its service need not run), or name it: --server PROGRAM."
            )
        }
        let runner = ProgramRunner(limits: ProgramLimits(deadline: .seconds(20), grace: .seconds(1)))
        let outcome = try await runner.run(Program(path, ["--version"], environment: ProgramEnvironment()))
        guard outcome.isSuccess, let found = ServerProgram(path: path, telling: outcome.text) else {
            throw Failure(
                .configuration,
                code: "prove.not-a-server",
                "\(path) does not say that it is a Redis or Valkey server.",
                remedy: "Name another with --server: \(names.joined(separator: " or ")), 6.0 or later."
            )
        }
        return found
    }

    /// Reads a text such as `Redis server v=7.0.15 sha=00000000:0 malloc=jemalloc-5.3.0 bits=64 build=…`.
    init?(path: String, telling text: String) {
        let words = text.split { $0 == " " || $0.isNewline }
        guard let engine = words.first?.lowercased(), ["redis", "valkey"].contains(engine),
            let version = words.first(where: { $0.hasPrefix("v=") })?.dropFirst(2), version.first?.isNumber == true
        else { return nil }
        self.path = path
        self.engine = engine
        self.version = String(version)
    }

    /// Absolute, as it is run in another folder; not resolved, as its own name tells the program what it is.
    private static func path(of name: String) -> String? {
        var candidates = [name]
        if !name.contains("/") {
            let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"
            candidates = path.split(separator: ":").map { "\($0)/\(name)" }
        }
        let here = FileManager.default.currentDirectoryPath
        return candidates.map { $0.hasPrefix("/") ? $0 : "\(here)/\($0)" }.first { Program($0).isFound }
    }
}
