import Foundation
import TestProcesses
import Testing

/// A redis-server of a test's own, on a socket, whose default user has a password.
struct RealRedis: Sendable {
    private let folder: String
    private let password: String

    /// Its address.
    var address: String { "unix:\(folder)/s" }

    /// Runs `body` with a fresh one, and ends that afterwards.
    static func with(
        password: String,
        _ options: [String] = [],
        _ body: (RealRedis) async throws -> Void
    ) async throws {
        // The path of a socket has little room.
        let folder = "/tmp/wherry-s-\(UUID().uuidString.prefix(8))"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }  // the system clears what stays
        let config = "\(folder)/redis.conf"
        #expect(FileManager.default.createFile(atPath: config, contents: Data("requirepass \(password)\n".utf8)))
        let basics = [
            "--port", "0", "--unixsocket", "\(folder)/s", "--save", "", "--dir", folder, "--logfile", "\(folder)/log",
            "--enable-debug-command", "yes", "--repl-diskless-sync-delay", "0",
        ]
        let server = try ChildProcess("/usr/bin/env", ["redis-server", config] + basics + options)
        defer {
            server.signal(SIGKILL)
            server.wait()
        }
        for _ in 0..<1_000 where !FileManager.default.fileExists(atPath: "\(folder)/s") {
            try await Task.sleep(for: .milliseconds(10))
        }
        try await body(RealRedis(folder: folder, password: password))
    }

    /// Stores so many keys.
    func fill(_ count: Int) async throws { _ = try await send("DEBUG", "POPULATE", "\(count)", "key", "100") }

    /// The answer to a command.
    func send(_ words: String...) async throws -> String {
        let outcome = try await Program.run(
            "/usr/bin/env",
            ["redis-cli", "-s", "\(folder)/s", "-e"] + words,
            folder: folder,
            environment: ["REDISCLI_AUTH": password]
        )
        #expect(outcome.status == 0, "\(outcome.all)")
        return outcome.output.trimmingCharacters(in: .whitespacesAndNewlines)
    }
}
