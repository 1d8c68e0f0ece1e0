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
    ///   - isWhole: whether the dump is known to be read to its end: then what ends early is memory.
    /// - Throws: ``Failure``: `prove.refused` (corrupt) when the server does not load it, `prove.too-many-databases`
    ///   (corrupt), `prove.other-server` (unsupported), `prove.server-failed` (configuration) when it does not come so
    ///   far, `prove.out-of-memory` and `prove.server-killed` (exhausted), `prove.server-stopped` and `prove.too-slow`
    ///   (transient).
    func load(
        _ dump: String,
        of title: String,
        in folder: String,
        databases: Int64,
        isWhole: Bool = true
    ) async throws -> LoadedFacts {
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
        var outcome: ProgramOutcome?
        do {
            // It is fed nothing. But whoever is fed is ended even when this process is killed, see EndGuard.
            outcome = try await ProgramRunner(limits: ProgramLimits(deadline: patience, grace: .seconds(2))).run(
                Program(program.path, [Self.configuration], environment: ProgramEnvironment(), folder: folder),
                input: .fed { _ in
                    keep(try await Self.question(in: folder, since: began))
                    try await Self.end(in: folder)
                },
                output: .lines(limit: 4_096) { log.add($0) }
            )
        } catch is Lingering {
            // It has told all, and was ended since it would not end itself.
        } catch let failure as Failure where failure.code == "program.timed-out" {
            throw tooSlow(title)
        }
        let told = found.withLock { $0 }
        if told != nil, !log.hasLoaded {
            throw Failure(
                .corrupt,
                code: "prove.refused",
                "\(program.title) found nothing to load in \(title).",
                remedy: CopyFacts.remedy
            )
        }
        guard var facts = told else {
            throw outcome.map { refusal(of: title, $0, log, isWhole: isWhole) } ?? tooSlow(title)
        }
        facts.emptied = log.emptied
        return facts
    }

    /// A server that does not end though it was asked to.
    private struct Lingering: Error {}

    /// Asks it to end, and waits until it does, for ten seconds.
    private static func end(in folder: String) async throws {
        let server = ServerSocket(folder: folder, name: socket)
        for _ in 0..<100 {
            do {
                // It closes the connection without an answer.
                _ = try await server.ask("SHUTDOWN", "NOSAVE")
            } catch is ServerSocket.Silence {
                return
            } catch is Failure {
                // It answers, so it is still there.
            }
            try await Task.sleep(for: .milliseconds(100))
        }
        throw Lingering()
    }

    /// Waits until it has loaded everything.
    private static func question(in folder: String, since began: ContinuousClock.Instant) async throws -> LoadedFacts {
        let server = ServerSocket(folder: folder, name: socket)
        var pause = Duration.milliseconds(10)
        while true {
            do {
                if var facts = LoadedFacts(info: try await server.ask("INFO")) {
                    facts.duration = ContinuousClock.now - began
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

    /// What became of a server that did not load the dump.
    private func refusal(of title: String, _ outcome: ProgramOutcome, _ log: ServerLog, isWhole: Bool) -> Failure {
        guard log.hasStarted || outcome.ending == .signaled(9) else {
            let words = (log.earlyWords ?? outcome.lastWords).map { ": \($0)" } ?? " and says nothing"
            return Failure(
                .configuration,
                code: "prove.server-failed",
                "\(program.path) does not start (\(outcome.ending))\(words).",
                remedy: "Run it by hand; name another with --server PROGRAM."
            )
        }
        let words = log.complaint.map { ": \($0.words)" } ?? ""
        let what = "\(program.title) does not load \(title) (\(outcome.ending))\(words)."
        switch log.complaint {
        case .memory,
            .shortOrMemory where isWhole || log.complaint == .memory:
            return Failure(
                .exhausted,
                code: "prove.out-of-memory",
                "\(program.title) had no memory left for \(title) (\(outcome.ending)).",
                remedy: "Prove it where it may have more: mind limits of the service, such as MemoryMax=."
            )
        case .format, .module:
            return Failure(
                .unsupported,
                code: "prove.other-server",
                what,
                remedy: "Name a server as new as the one that wrote it, with its modules: --server PROGRAM."
            )
        default: break
        }
        if outcome.ending == .signaled(9) {
            return Failure(
                .exhausted,
                code: "prove.server-killed",
                "\(program.title) was killed while it loaded \(title).",
                remedy: "See who ended it: the system's log tells when memory ran out."
            )
        }
        let wasStopped = [.exited(0), .signaled(15), .signaled(2), .signaled(1)].contains(outcome.ending)
        if log.complaint == .stopped || (wasStopped && log.complaint == nil) {
            return Failure(
                .transient,
                code: "prove.server-stopped",
                "Somebody had \(program.title) stop while it loaded \(title) (\(outcome.ending)).",
                remedy: "Prove it again."
            )
        }
        return Failure(.corrupt, code: "prove.refused", what, remedy: CopyFacts.remedy)
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
