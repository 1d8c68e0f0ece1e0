import Synchronization
import WherryCore
import WherryPluginKit
import WherryPrograms

/// Loads dumps with a server that nobody else can reach and that writes nothing.
///
/// It listens on a socket in a private folder and on no port, has an empty environment and no configuration but ours, and
/// is gone when ``load(_:of:in:databases:)`` returns, whatever happens; also when this process is killed.
struct PrivateServer: Sendable {
    /// The most databases that it is given; a dump that names a higher one is damaged or made to do harm.
    static let mostDatabases: Int64 = 1 << 20

    private static let socket = "s"
    private static let configuration = "server.conf"

    let program: ServerProgram
    /// How long one dump may take.
    let patience: Duration

    /// Has a fresh server load a dump, asks it what it has, and ends it.
    ///
    /// - Parameters:
    ///   - dump: the name of a file in `folder`.
    ///   - title: the dump's name, for messages.
    ///   - folder: private; the server runs in it.
    ///   - databases: how many it must have.
    /// - Throws: ``Failure``: `prove.refused` (corrupt) when the server does not load it, `prove.too-many-databases`
    ///   (corrupt), `prove.server-failed` (configuration) when it does not come so far, `prove.server-killed`
    ///   (exhausted), `prove.too-slow` (transient).
    func load(_ dump: String, of title: String, in folder: String, databases: Int64) async throws -> LoadedFacts {
        guard databases <= Self.mostDatabases else {
            throw Failure(
                .corrupt,
                code: "prove.too-many-databases",
                "\(title) names the database \(databases - 1), which no server has.",
                remedy: "Do not count on this copy: take the one of another sink, or another backup."
            )
        }
        try AtomicFile.write(Array(settings(dump, databases).utf8), to: "\(folder)/\(Self.configuration)")
        let log = ServerLog()
        let found = Mutex<LoadedFacts?>(nil)
        let began = ContinuousClock.now
        let keep: @Sendable (LoadedFacts) -> Void = { facts in found.withLock { $0 = facts } }
        let outcome: ProgramOutcome
        do {
            // It is fed nothing. But whoever is fed is ended even when this process is killed, see EndGuard.
            outcome = try await ProgramRunner(limits: ProgramLimits(deadline: patience, grace: .seconds(2))).run(
                Program(program.path, [Self.configuration], environment: ProgramEnvironment(), folder: folder),
                input: .fed { _ in keep(try await Self.question(in: folder, since: began)) },
                output: .lines(limit: 4_096) { log.add($0) }
            )
        } catch let failure as Failure where failure.code == "program.timed-out" {
            throw tooSlow(title)
        }
        guard var facts = found.withLock({ $0 }), log.hasLoaded else { throw refusal(of: title, outcome, log) }
        facts.emptied = log.emptied
        return facts
    }

    /// Waits until it has loaded everything, and asks it to end.
    private static func question(in folder: String, since began: ContinuousClock.Instant) async throws -> LoadedFacts {
        let server = ServerSocket(folder: folder, name: socket)
        var pause = Duration.milliseconds(10)
        while true {
            do {
                if var facts = LoadedFacts(info: try await server.ask("INFO")) {
                    facts.duration = ContinuousClock.now - began
                    // It closes the connection without an answer.
                    _ = try? await server.ask("SHUTDOWN", "NOSAVE")
                    return facts
                }
            } catch is ServerSocket.Silence {
                // Not there yet, or busy with one large value.
            }
            try await Task.sleep(for: pause)
            pause = min(pause * 2, .milliseconds(250))
        }
    }

    /// Its whole configuration.
    private func settings(_ dump: String, _ databases: Int64) -> String {
        var lines = [
            "port 0", "unixsocket \(Self.socket)", "unixsocketperm 700", "daemonize no", "supervised no",
            "logfile \"\"",
            "loglevel notice", "dir ./", "dbfilename \(dump)", "databases \(max(16, databases))", "save \"\"",
            "appendonly no", "rdbchecksum yes", "maxmemory 0", "cluster-enabled no", "activerehashing no",
        ]
        if program.isModern {
            lines += [
                "enable-debug-command no", "enable-module-command no", "enable-protected-configs no",
                "sanitize-dump-payload yes", "crash-memcheck-enabled no", "shutdown-on-sigterm nosave",
                "shutdown-on-sigint nosave",
            ]
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private func refusal(of title: String, _ outcome: ProgramOutcome, _ log: ServerLog) -> Failure {
        if outcome.ending == .signaled(9) {
            return Failure(
                .exhausted,
                code: "prove.server-killed",
                "\(program.title) was killed while it loaded \(title).",
                remedy: "See who ended it: the system's log tells when memory ran out."
            )
        }
        let words = (log.lastWords ?? outcome.lastWords).map { ": \($0)" } ?? " and says nothing"
        guard log.hasStarted else {
            return Failure(
                .configuration,
                code: "prove.server-failed",
                "\(program.path) does not start (\(outcome.ending))\(words).",
                remedy: "Run it by hand; name another with --server PROGRAM."
            )
        }
        return Failure(
            .corrupt,
            code: "prove.refused",
            "\(program.title) does not load \(title) (\(outcome.ending))\(words).",
            remedy: "If it was written by a newer server or needs modules, name such a server with --server. "
                + "If not, do not count on this copy."
        )
    }

    private func tooSlow(_ title: String) -> Failure {
        Failure(
            .transient,
            code: "prove.too-slow",
            "\(program.title) has not loaded \(title) within \(patience.components.seconds) s, and was ended.",
            remedy: "Allow it more time: --timeout 2h."
        )
    }
}
