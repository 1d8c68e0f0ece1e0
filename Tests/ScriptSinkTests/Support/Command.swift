import Foundation
import Testing

/// One program that a test runs, with everything it says kept in files.
final class Command: Sendable {
    /// How a program ended and what it said.
    struct Result: Sendable {
        let status: Int32
        let output: String
        let errors: String
    }

    struct TookTooLong: Error {}

    let process: Process
    private let outputPath: String
    private let errorsPath: String

    /// Starts `words` with exactly this environment; `scratch` takes what it says.
    init(_ words: [String], in scratch: String, environment: [String: String], input: String? = nil) throws {
        process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = words
        process.environment = environment
        process.currentDirectoryURL = URL(fileURLWithPath: scratch)
        outputPath = "\(scratch)/\(UUID()).out"
        errorsPath = "\(scratch)/\(UUID()).err"
        process.standardOutput = try Self.file(outputPath)
        process.standardError = try Self.file(errorsPath)
        process.standardInput =
            try input.map { try Self.file("\(scratch)/\(UUID()).in", holding: $0) }
            ?? FileHandle.nullDevice
        // Threads of the concurrency pool block signals, and a child inherits that: shells would miss their ends.
        var none = sigset_t()
        var before = sigset_t()
        sigemptyset(&none)
        pthread_sigmask(SIG_SETMASK, &none, &before)
        defer { pthread_sigmask(SIG_SETMASK, &before, nil) }
        try process.run()
    }

    /// What it has printed so far.
    var output: String { Self.text(outputPath) }

    /// Waits for its end; kills it when that does not come.
    func result(within limit: Duration = .seconds(60)) async throws -> Result {
        do { try await eventually(within: limit) { !self.process.isRunning } } catch {
            kill(process.processIdentifier, SIGKILL)
            throw TookTooLong()
        }
        return Result(status: process.terminationStatus, output: output, errors: Self.text(errorsPath))
    }

    /// Runs a program to its end.
    static func run(
        _ words: [String],
        in scratch: String,
        environment: [String: String] = ["PATH": Tools.path],
        input: String? = nil
    ) async throws -> Result {
        try await Command(words, in: scratch, environment: environment, input: input).result()
    }

    private static func file(_ path: String, holding text: String = "") throws -> FileHandle {
        try Data(text.utf8).write(to: URL(fileURLWithPath: path))
        return try FileHandle(forUpdating: URL(fileURLWithPath: path))
    }

    private static func text(_ path: String) -> String {
        String(decoding: (try? Data(contentsOf: URL(fileURLWithPath: path))) ?? Data(), as: UTF8.self)
    }
}

/// Looks every few milliseconds whether something has come true.
func eventually(within limit: Duration = .seconds(20), _ condition: () throws -> Bool) async throws {
    let end = ContinuousClock.now + limit
    while try !condition() {
        guard ContinuousClock.now < end else { throw Command.TookTooLong() }
        try await Task.sleep(for: .milliseconds(10))
    }
}

/// The programs of this machine that tests need.
enum Tools {
    static let path = "/usr/local/bin:/usr/bin:/bin"
}

/// A shell that must run the scripts.
enum Shell: String, CaseIterable, Sendable, CustomTestStringConvertible {
    case dash, bash, busybox

    var words: [String] { self == .busybox ? ["busybox", "sh"] : [rawValue] }
    var testDescription: String { rawValue }

}
