import Foundation
import TestProcesses
import Testing
import WherryCatalog
import WherryTestSupport

/// `wherry daemon` in the background.
struct DaemonProcess: Sendable {
    private let process: ChildProcess
    private let home: Scratch
    private let logFile: String

    /// Starts it; with its notifications to `socket`, a path.
    init(in home: Scratch, _ arguments: [String] = [], notifying socket: String? = nil, log: String = "daemon.log")
        throws
    {
        self.home = home
        logFile = home.file(log)
        var environment = ProcessInfo.processInfo.environment
        environment["NOTIFY_SOCKET"] = socket
        environment["WATCHDOG_USEC"] = socket.map { _ in "400000" }
        process = try ChildProcess(
            Program.path,
            ["daemon"] + arguments,
            folder: home.path,
            environment: environment,
            error: logFile
        )
    }

    /// What it logged so far.
    var log: String { String(decoding: FileManager.default.contents(atPath: logFile) ?? Data(), as: UTF8.self) }

    /// Sends it a signal.
    func signal(_ signal: Int32) { process.signal(signal) }

    /// Waits until it holds, for as long as a busy machine may need.
    func until(_ isTrue: () throws -> Bool) async throws {
        for _ in 0..<600 where process.isRunning {
            if try isTrue() { return }
            try await Task.sleep(for: .milliseconds(50))
        }
        if try !isTrue() { Issue.record("it did not come to that: \(log)") }
    }

    /// Waits until its log holds this so many times.
    func says(_ text: String, times: Int = 1) async throws {
        try await until { log.components(separatedBy: text).count > times }
    }

    /// Waits for its end.
    func ended() async throws -> Int32 { try await offThePool { process.wait() } }

    /// Stops it with SIGTERM, and waits for its end.
    func stop() async throws -> Int32 {
        process.signal(SIGTERM)
        return try await ended()
    }
}

extension Scratch {
    /// Gives the one job of a configuration a schedule, and the daemon what it is to do.
    func schedule(_ schedule: String, more: String = "", daemon: String = "") throws {
        let old = String(
            decoding: try #require(FileManager.default.contents(atPath: file("wherry.yaml"))),
            as: UTF8.self
        )
        let base = old.components(separatedBy: "    schedule:")[0]
        let lines = ["    schedule: \"\(schedule)\""] + more.split(separator: "\n").map { "    \($0)" }
        try write("wherry.yaml", Array((base + lines.joined(separator: "\n") + "\n" + daemon).utf8))
    }

    /// The first cell of a query's first row, as text; empty where there is none, or no catalog yet.
    func ask(_ sql: String) throws -> String {
        guard let catalog = try? ReadOnlySQL(path: file("catalog.db")),
            let table = try? catalog.run(sql, rowLimit: 1, timeLimit: .seconds(9))
        else { return "" }
        return switch table.rows.first?.first {
        case .integer(let number): String(number)
        case .text(let text): text
        default: ""
        }
    }
}
