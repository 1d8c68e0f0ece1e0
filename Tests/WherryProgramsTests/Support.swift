import Foundation
import Synchronization
import WherryCore
import WherryPrograms

/// A shell with this script.
func shell(_ script: String, environment: ProgramEnvironment = .usual()) -> Program {
    Program("sh", ["-c", script], environment: environment)
}

/// A mebibyte of one letter.
let mebibyte = [UInt8](repeating: UInt8(ascii: "x"), count: 1 << 20)

/// What an error of the test itself looks like.
struct Mishap: Error {}

/// Collects what closures are handed.
final class Gathered<Value: Sendable>: Sendable {
    private let values = Mutex<[Value]>([])
    var all: [Value] { values.withLock { $0 } }
    func add(_ value: Value) { values.withLock { $0.append(value) } }
}

/// Waits until something holds.
func eventually(within seconds: Int = 30, _ condition: () -> Bool) async throws {
    for _ in 0..<(seconds * 20) {
        if condition() { return }
        try await Task.sleep(for: .milliseconds(50))
    }
    throw Mishap()
}

/// Whether a process of this number runs.
func isAlive(_ path: String) -> Bool {
    guard let text = try? String(contentsOfFile: path, encoding: .utf8),
        let id = Int32(text.trimmingCharacters(in: .whitespacesAndNewlines)), id > 0
    else { return false }
    guard kill(id, 0) == 0 else { return false }
    // A zombie that nobody reaps yet runs no more.
    let status = (try? String(contentsOfFile: "/proc/\(id)/stat", encoding: .utf8)) ?? ") Z"
    return !status.contains(") Z")
}
