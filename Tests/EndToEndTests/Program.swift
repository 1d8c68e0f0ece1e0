import Foundation
import TestProcesses
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
    static func run(
        _ path: String,
        _ arguments: [String],
        folder: String,
        environment: [String: String] = [:],
        input: String? = nil
    ) async throws -> Outcome {
        try await offThePool {
            let child = try Child(path, arguments, folder: folder, environment: environment, input: input)
            defer { child.removeFiles() }
            return Outcome(status: child.process.wait(), output: child.output, error: child.error)
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
        try await end(with: SIGKILL, after: duration, arguments) == 128 + SIGKILL
    }

    /// Starts it, sends it a signal as soon as `isTime`, and waits for its end.
    ///
    /// - Returns: what came of it; the status is 128 and the signal's number when that ended it.
    func signal(
        _ signal: Int32,
        when isTime: @Sendable () async throws -> Bool,
        _ arguments: String...
    ) async throws -> Outcome {
        let child = try Child(Self.path, arguments, folder: folder, environment: environment)
        defer { child.removeFiles() }
        while child.process.isRunning {
            if try await isTime() { break }
            try await Task.sleep(for: .milliseconds(20))
        }
        child.process.signal(signal)
        return try await offThePool {
            Outcome(status: child.process.wait(), output: child.output, error: child.error)
        }
    }

    private func end(with signal: Int32, after duration: Duration, _ arguments: [String]) async throws -> Int32 {
        let child = try Child(Self.path, arguments, folder: folder, environment: environment)
        defer { child.removeFiles() }
        try await Task.sleep(for: duration)
        child.process.signal(signal)
        return try await offThePool { child.process.wait() }
    }
}

/// A program at work, with what it says in files of its own.
private struct Child: Sendable {
    let process: ChildProcess
    private let stem: String

    init(_ path: String, _ arguments: [String], folder: String, environment: [String: String], input: String? = nil)
        throws
    {
        stem = FileManager.default.temporaryDirectory.path + "/wherry-out-" + UUID().uuidString
        if let input { try Data(input.utf8).write(to: URL(fileURLWithPath: stem + ".in")) }
        process = try ChildProcess(
            path,
            arguments,
            folder: folder,
            environment: ProcessInfo.processInfo.environment.merging(environment) { $1 },
            input: input == nil ? nil : stem + ".in",
            output: stem + ".out",
            error: stem + ".err"
        )
    }

    var output: String { text(".out") }
    var error: String { text(".err") }

    func removeFiles() {
        // What stays is the system's to clear.
        for end in [".in", ".out", ".err"] { try? FileManager.default.removeItem(atPath: stem + end) }
    }

    private func text(_ end: String) -> String {
        String(decoding: FileManager.default.contents(atPath: stem + end) ?? Data(), as: UTF8.self)
    }
}

extension Scratch {
    /// Writes a configuration for a `crs` source at `provider`, with both sinks, and the secrets beside it.
    ///
    /// - Parameter more: more sinks, as lines of YAML that begin with `- name:` or are indented by two blanks.
    func writeConfig(
        for provider: Provider,
        sinks: String = "disk, script",
        urlLife: String = "1h",
        more: String = ""
    ) throws {
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
            \(more.split(separator: "\n").map { "  \($0)\n" }.joined())
            jobs:
              - name: nightly
                source: cloud
                sinks: [\(sinks)]
                concurrency: 4

            """
        try write("wherry.yaml", Array(text.utf8))
    }
}
