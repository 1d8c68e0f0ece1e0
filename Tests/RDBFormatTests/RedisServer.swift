import Foundation

/// A redis-server of a test's own, without persistence, on a socket in a folder of its own.
struct RedisServer {
    struct Failure: Error {
        var message: String
    }

    let folder: URL
    private let process: Process

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
        process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments =
            [
                "redis-server", "--port", "0", "--unixsocket", folder.appending(path: "s").path, "--dir", folder.path,
                "--dbfilename", "dump.rdb", "--save", "", "--appendonly", "no", "--daemonize", "no", "--databases",
                "32",
                "--enable-debug-command", "yes",
            ] + options
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        var log = Data()
        while String(decoding: log, as: UTF8.self).contains("eady to accept connections") == false {
            let more = output.fileHandleForReading.availableData
            guard !more.isEmpty else {
                throw Failure(message: "redis-server did not start: \(String(decoding: log, as: UTF8.self))")
            }
            log += more
        }
    }

    private func end() {
        // The threads tests run on may block signals, a process started there inherits that, and so may
        // not hear of SIGTERM. There is nothing to save.
        kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
        try? FileManager.default.removeItem(at: folder)  // the system clears what stays
    }

    /// Sends commands, one per line as redis-cli reads them, and returns the lines of the replies.
    @discardableResult func send(_ commands: [String]) throws -> [String] {
        let input = folder.appending(path: "commands")
        try Data((commands.joined(separator: "\n") + "\n").utf8).write(to: input)
        let (status, output) = try Self.run(
            ["redis-cli", "-s", folder.appending(path: "s").path],
            input: FileHandle(forReadingFrom: input),
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
        let (status, output) = try run(["redis-check-rdb", file.path], input: FileHandle.nullDevice, in: folder)
        return (status == 0, output)
    }

    /// Runs a tool to its end.
    ///
    /// Its output goes through a file: a pipe would stay open as long as a server that another test started
    /// meanwhile holds a copy of it.
    private static func run(_ command: [String], input: FileHandle, in folder: URL) throws -> (
        status: Int32, output: String
    ) {
        let output = folder.appending(path: "output")
        try Data().write(to: output)
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = command
        process.standardInput = input
        process.standardOutput = try FileHandle(forWritingTo: output)
        process.standardError = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        let status = process.terminationReason == .exit ? process.terminationStatus : -1
        return (status, String(decoding: try Data(contentsOf: output), as: UTF8.self))
    }
}
