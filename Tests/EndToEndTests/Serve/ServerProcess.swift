import Foundation
import TestProcesses
import Testing
import WherryTestSupport

/// `wherry serve` in the background.
struct ServerProcess: Sendable {
    private let process: ChildProcess
    private let logFile: String

    /// Starts it and waits until it answers.
    ///
    /// - Parameter probe: whether it answers; asks for `/healthz` over plain http when left out.
    static func start(
        _ program: Program,
        port: Int,
        probe: (@Sendable () async throws -> Bool)? = nil
    ) async throws -> ServerProcess {
        let log = program.folder + "/serve.log"
        let process = try ChildProcess(Program.path, ["serve"], folder: program.folder, error: log)
        let server = ServerProcess(process: process, logFile: log)
        // Beside the other tests of a small machine even a quick start can take its time.
        var isUp = false
        for _ in 0..<600 where !isUp && process.isRunning {
            if let probe {
                isUp = try await probe()
            } else {
                isUp = (try? await HTTPProbe.send("GET", "http://127.0.0.1:\(port)/healthz"))?.status == 200
            }
            if !isUp { try await Task.sleep(for: .milliseconds(100)) }
        }
        if !isUp {
            process.signal(SIGTERM)
            Issue.record("serve did not answer on port \(port): \(server.log)")
        }
        return server
    }

    /// What it logged so far.
    var log: String { String(decoding: FileManager.default.contents(atPath: logFile) ?? Data(), as: UTF8.self) }

    /// Sends it a signal.
    func signal(_ signal: Int32) { process.signal(signal) }

    /// How much memory it has now.
    func residentBytes() throws -> Int {
        let status = String(
            decoding: FileManager.default.contents(atPath: "/proc/\(process.id)/status") ?? Data(),
            as: UTF8.self
        )
        let kilobytes = try #require(status.firstMatch(of: /VmRSS:\s+(\d+) kB/)?.1)
        return (Int(kilobytes) ?? 0) << 10
    }

    /// Waits for its end.
    ///
    /// - Returns: the exit status, or 128 and the number of the signal that ended it.
    func ended() async throws -> Int32 {
        try await offThePool { process.wait() }
    }

    /// Stops it with SIGTERM, and waits for its end.
    func stop() async throws -> Int32 {
        process.signal(SIGTERM)
        return try await ended()
    }
}
