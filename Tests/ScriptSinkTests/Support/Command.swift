import Foundation
import TestProcesses
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

    let process: ChildProcess
    private let outputPath: String
    private let errorsPath: String

    /// Starts `words` with exactly this environment; `scratch` takes what it says.
    init(_ words: [String], in scratch: String, environment: [String: String], input: String? = nil) throws {
        outputPath = "\(scratch)/\(UUID()).out"
        errorsPath = "\(scratch)/\(UUID()).err"
        let inputPath = try input.map { text in
            let path = "\(scratch)/\(UUID()).in"
            try Data(text.utf8).write(to: URL(fileURLWithPath: path))
            return path
        }
        process = try ChildProcess(
            "/usr/bin/env",
            words,
            folder: scratch,
            environment: environment,
            input: inputPath,
            output: outputPath,
            error: errorsPath
        )
    }

    /// What it has printed so far.
    var output: String { Self.text(outputPath) }

    /// Waits for its end; kills it when that does not come.
    func result(within limit: Duration = .seconds(60)) async throws -> Result {
        do { try await eventually(within: limit) { !self.process.isRunning } } catch {
            process.signal(SIGKILL)
            throw TookTooLong()
        }
        return Result(status: process.wait(), output: output, errors: Self.text(errorsPath))
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
