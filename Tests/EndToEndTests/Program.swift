import Foundation
import Testing
import WherryTestSupport

/// The built program, run as a person or cron would.
struct Program: Sendable {
    /// What came of a run.
    struct Outcome: Sendable {
        var status: Int32
        var output: String
        var error: String
        /// Everything that it printed.
        var all: String { output + error }
    }

    /// The folder to run in.
    var folder: String
    /// Added to the environment.
    var environment: [String: String] = [:]

    /// The program beside the tests.
    static var path: String {
        let here = URL(fileURLWithPath: CommandLine.arguments[0]).resolvingSymlinksInPath()
        var folder = here.deletingLastPathComponent()
        while folder.path != "/", !FileManager.default.isExecutableFile(atPath: folder.path + "/wherry") {
            folder = folder.deletingLastPathComponent()
        }
        return folder.path + "/wherry"
    }

    /// Runs it to its end.
    func run(_ arguments: String..., input: String? = nil) async throws -> Outcome {
        try await run(arguments, input: input)
    }

    /// Runs it to its end.
    func run(_ arguments: [String], input: String? = nil) async throws -> Outcome {
        try await Self.run(Self.path, arguments, folder: folder, environment: environment, input: input)
    }

    /// Runs any program to its end.
    ///
    /// Output goes through files: a pipe that nobody reads would hold it.
    static func run(
        _ path: String,
        _ arguments: [String],
        folder: String,
        environment: [String: String] = [:],
        input: String? = nil
    ) async throws -> Outcome {
        try await offThePool {
            let (process, output, error) = try start(
                path,
                arguments,
                folder: folder,
                environment: environment,
                input: input
            )
            process.waitUntilExit()
            defer { for file in [output, error] { try? FileManager.default.removeItem(atPath: file) } }
            return Outcome(
                status: process.terminationReason == .exit
                    ? process.terminationStatus : 128 + process.terminationStatus,
                output: String(decoding: FileManager.default.contents(atPath: output) ?? Data(), as: UTF8.self),
                error: String(decoding: FileManager.default.contents(atPath: error) ?? Data(), as: UTF8.self)
            )
        }
    }

    /// Starts it, lets it work for `duration`, and kills it with SIGKILL.
    ///
    /// - Returns: whether it was still at work.
    func kill(after duration: Duration, _ arguments: String...) async throws -> Bool {
        try await kill(after: duration, arguments)
    }

    /// Starts it, lets it work for `duration`, and kills it with SIGKILL.
    ///
    /// - Returns: whether it was still at work.
    func kill(after duration: Duration, _ arguments: [String]) async throws -> Bool {
        let (process, output, error) = try Self.start(
            Self.path,
            arguments,
            folder: folder,
            environment: environment,
            input: nil
        )
        try await Task.sleep(for: duration)
        let wasRunning = process.isRunning
        if wasRunning { Foundation.kill(process.processIdentifier, SIGKILL) }
        return try await offThePool {
            process.waitUntilExit()
            for file in [output, error] { try? FileManager.default.removeItem(atPath: file) }
            return wasRunning
        }
    }

    /// Starts it, sends it a signal after `duration`, and waits for its end.
    func signal(_ signal: Int32, after duration: Duration, _ arguments: String...) async throws -> Int32 {
        let (process, output, error) = try Self.start(
            Self.path,
            arguments,
            folder: folder,
            environment: environment,
            input: nil
        )
        try await Task.sleep(for: duration)
        if process.isRunning { Foundation.kill(process.processIdentifier, signal) }
        return try await offThePool {
            process.waitUntilExit()
            for file in [output, error] { try? FileManager.default.removeItem(atPath: file) }
            return process.terminationReason == .exit ? process.terminationStatus : 128 + process.terminationStatus
        }
    }

    private static func start(
        _ path: String,
        _ arguments: [String],
        folder: String,
        environment: [String: String],
        input: String?
    ) throws -> (Process, output: String, error: String) {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: path)
        process.arguments = arguments
        process.currentDirectoryURL = URL(fileURLWithPath: folder)
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        let stem = FileManager.default.temporaryDirectory.path + "/wherry-out-" + UUID().uuidString
        for end in [".out", ".err"] { try Data().write(to: URL(fileURLWithPath: stem + end)) }
        process.standardOutput = FileHandle(forWritingAtPath: stem + ".out")
        process.standardError = FileHandle(forWritingAtPath: stem + ".err")
        if let input {
            let pipe = Pipe()
            process.standardInput = pipe
            try process.runUnblocked()
            pipe.fileHandleForWriting.write(Data(input.utf8))
            try pipe.fileHandleForWriting.close()
        } else {
            process.standardInput = FileHandle.nullDevice
            try process.runUnblocked()
        }
        return (process, stem + ".out", stem + ".err")
    }
}

extension Process {
    /// Starts it with no signal blocked: threads of the task pool block some, and children inherit that.
    func runUnblocked() throws {
        var none = sigset_t()
        var before = sigset_t()
        sigemptyset(&none)
        pthread_sigmask(SIG_SETMASK, &none, &before)
        defer { pthread_sigmask(SIG_SETMASK, &before, nil) }
        try run()
    }
}

extension Scratch {
    /// Writes a configuration for a `crs` source at `provider`, with both sinks, and the secrets beside it.
    func writeConfig(for provider: Provider, sinks: String = "disk, script", urlLife: String = "1h") throws {
        try write("secrets/id", Array(Provider.secretID.utf8))
        try write("secrets/key", Array(Provider.secretKey.utf8))
        for name in ["secrets/id", "secrets/key"] {
            try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: file(name))
        }
        let text = """
            catalog: catalog.db
            sources:
              - name: cloud
                plugin: crs
                requests_per_second: 500
                options:
                  endpoint: \(provider.endpoint)
                  region: ap-guangzhou
                  secret_id: file:secrets/id
                  secret_key: file:secrets/key
                  url_life: \(urlLife)
            sinks:
              - name: disk
                plugin: local-disk
                options:
                  root: backups
              - name: script
                plugin: script
                options:
                  folder: scripts
            jobs:
              - name: nightly
                source: cloud
                sinks: [\(sinks)]
                concurrency: 4

            """
        try write("wherry.yaml", Array(text.utf8))
    }
}
