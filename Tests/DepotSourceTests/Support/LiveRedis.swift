import Foundation
import Subprocess
import SystemPackage

/// A redis-server of a test's own, on a socket in a folder of its own.
struct LiveRedis: Sendable {
    struct Trouble: Error {
        var message: String
    }

    /// Where it runs.
    let folder: String
    /// Its process.
    let pid: Int32

    /// The path of its socket.
    var socket: String { folder + "/s" }

    /// Runs `body` with a fresh server and ends that server afterwards.
    static func with<Value>(_ options: [String] = [], _ body: (LiveRedis) async throws -> Value) async throws -> Value {
        // The path of a socket has little room; the name of the usual folder may be long.
        let folder = "/tmp/wherry-r-\(UUID().uuidString.prefix(8))"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }  // the system clears what stays
        let server = try await start(in: folder, options)
        defer { server.signal(SIGKILL) }
        return try await body(server)
    }

    /// Runs `body` with a server that has loaded an RDB file.
    static func loading<Value>(_ path: String, _ body: (LiveRedis) async throws -> Value) async throws -> Value {
        let url = URL(fileURLWithPath: path)
        let place = ["--dir", url.deletingLastPathComponent().path, "--dbfilename", url.lastPathComponent]
        return try await with(place, body)
    }

    private static func start(in folder: String, _ options: [String]) async throws -> LiveRedis {
        let hasPort = options.contains("--port")
        let basics =
            (hasPort ? [] : ["--port", "0"]) + [
                "--unixsocket", "\(folder)/s", "--save", "", "--appendonly", "no", "--databases", "32",
                "--enable-debug-command", "yes", "--repl-diskless-sync-delay", "0", "--daemonize", "yes",
                "--pidfile", "\(folder)/pid", "--logfile", "\(folder)/log",
            ]
        let place = options.contains("--dir") ? [] : ["--dir", folder]
        let outcome = try await run("redis-server", basics + place + options)
        for _ in 0..<1_000 {
            let text = try? String(contentsOfFile: folder + "/pid", encoding: .utf8)
            if let text, let pid = Int32(text.trimmingCharacters(in: .whitespacesAndNewlines)) {
                let server = LiveRedis(folder: folder, pid: pid)
                let log = (try? String(contentsOfFile: folder + "/log", encoding: .utf8)) ?? ""
                if log.contains("eady to accept connections") { return server }
            }
            try await Task.sleep(for: .milliseconds(10))
        }
        let log = try? String(contentsOfFile: folder + "/log", encoding: .utf8)
        throw Trouble(message: "redis-server did not start: \(outcome) \(log?.suffix(2_000) ?? "no log")")
    }

    func signal(_ signal: Int32) { kill(pid, signal) }

    /// Sends a command as the default user without a password.
    @discardableResult
    func send(_ words: String...) async throws -> String { try await send(words) }

    /// Sends a command.
    @discardableResult
    func send(_ words: [String]) async throws -> String {
        let answer = try await Self.run("redis-cli", ["-s", socket, "-e"] + words)
        return answer.trimmingCharacters(in: .whitespacesAndNewlines)
    }

    /// Sends commands, one per line as redis-cli reads them.
    func send(lines: [String], options: [String]? = nil) async throws {
        let outcome = try await Subprocess.run(
            .name("redis-cli"),
            arguments: Arguments(options ?? ["-s", socket]),
            input: .string(lines.joined(separator: "\n") + "\n"),
            output: .string(limit: 1 << 20),
            error: .discarded
        )
        let errors = outcome.standardOutput.split(separator: "\n").filter {
            $0.hasPrefix("ERR") || $0.hasPrefix("WRONG")
        }
        guard outcome.terminationStatus.isSuccess, errors.isEmpty else { throw Trouble(message: "\(errors)") }
    }

    /// A digest of all its data.
    func digest() async throws -> String { try await send("DEBUG", "DIGEST") }

    /// One field of `INFO`.
    func info(_ name: String) async throws -> String? {
        let lines = try await send("INFO", "everything").split(whereSeparator: \.isNewline)
        return lines.first { $0.hasPrefix(name + ":") }.map { String($0.dropFirst(name.count + 1)) }
    }

    /// Runs a tool to its end and returns its output.
    @discardableResult
    static func run(_ name: String, _ arguments: [String]) async throws -> String {
        let outcome = try await Subprocess.run(
            .name(name),
            arguments: Arguments(arguments),
            output: .string(limit: 1 << 24),
            error: .string(limit: 1 << 20)
        )
        guard outcome.terminationStatus.isSuccess else {
            throw Trouble(message: "\(name): \(outcome.standardOutput) \(outcome.standardError)")
        }
        return outcome.standardOutput
    }
}
