import Foundation
import TestProcesses

/// A redis-server of a test's own, without persistence, on a socket in a folder of its own.
struct RedisServer {
    struct Failure: Error {
        var message: String
    }

    let folder: URL
    private let process: ChildProcess

    /// Runs `body` with a fresh server and ends that server afterwards.
    static func with<Result>(_ options: [String], _ body: (RedisServer) throws -> Result) throws -> Result {
        let server = try RedisServer(options)
        defer { server.end() }
        return try body(server)
    }

    private init(_ options: [String]) throws {
        // The path of a socket has little room; the name of the usual folder may be long.
        folder = URL(filePath: "/tmp/wherry-rdb-\(UUID().uuidString.prefix(8))")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let log = folder.appending(path: "log").path
        process = try ChildProcess(
            "/usr/bin/env",
            [
                "redis-server", "--port", "0", "--unixsocket", folder.appending(path: "s").path, "--dir", folder.path,
                "--dbfilename", "dump.rdb", "--save", "", "--appendonly", "no", "--daemonize", "no", "--databases",
                "32",
                "--enable-debug-command", "yes",
            ] + options,
            output: log
        )
        var said: String { String(decoding: FileManager.default.contents(atPath: log) ?? Data(), as: UTF8.self) }
        while !said.contains("eady to accept connections") {
            guard process.isRunning else { throw Failure(message: "redis-server did not start: \(said)") }
            usleep(5_000)
        }
    }

    private func end() {
        process.signal(SIGKILL)  // there is nothing to save
        process.wait()
        try? FileManager.default.removeItem(at: folder)  // the system clears what stays
    }

    /// Sends commands, one per line as redis-cli reads them, and returns the lines of the replies.
    @discardableResult func send(_ commands: [String]) throws -> [String] {
        let input = folder.appending(path: "commands")
        try Data((commands.joined(separator: "\n") + "\n").utf8).write(to: input)
        let (status, output) = try Self.run(
            ["redis-cli", "-s", folder.appending(path: "s").path],
            input: input.path,
            in: folder
        )
        let lines = output.split(separator: "\n").map(String.init)
        let errors = lines.filter { $0.hasPrefix("ERR") || $0.hasPrefix("WRONGTYPE") || $0.hasPrefix("NOAUTH") }
        guard status == 0, errors.isEmpty else { throw Failure(message: "redis-cli: \(status) \(errors)") }
        return lines
    }

    /// The dump the server writes now.
    func dump() throws -> [UInt8] {
        try send(["SAVE"])
        return try [UInt8](Data(contentsOf: folder.appending(path: "dump.rdb")))
    }

    /// What redis-check-rdb says of a file; true when it accepts it.
    static func check(_ bytes: [UInt8], in folder: URL) throws -> (isAccepted: Bool, report: String) {
        let file = folder.appending(path: "checked.rdb")
        try Data(bytes).write(to: file)
        let (status, output) = try run(["redis-check-rdb", file.path], in: folder)
        return (status == 0, output)
    }

    /// Runs a tool to its end.
    private static func run(_ command: [String], input: String? = nil, in folder: URL) throws -> (
        status: Int32, output: String
    ) {
        let output = folder.appending(path: "output")
        let status = try ChildProcess("/usr/bin/env", command, input: input, output: output.path).wait()
        return (status, String(decoding: try Data(contentsOf: output), as: UTF8.self))
    }
}
