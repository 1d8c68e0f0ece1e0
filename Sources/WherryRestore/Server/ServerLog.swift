import Synchronization
import WherryCore

/// The last that a server said, and what it said of the dump.
final class ServerLog: Sendable {
    private struct State {
        var reason: String?
        var last: String?
        var hasStarted = false
        var hasLoaded = false
        var emptied: Int64 = 0
    }

    private let state = Mutex(State())

    /// Takes the next line.
    func add(_ line: String) {
        let (isWarning, text) = Self.parts(of: line)
        if text.allSatisfy(\.isWhitespace) { return }
        state.withLock { state in
            state.last = text
            if let count = Self.number(in: text, behind: "empty keys skipped: ") { state.emptied = count }
            // What comes behind the first complaint is about the end that it leads to: a stack, a goodbye.
            if isWarning, state.hasStarted, state.reason == nil, !text.hasPrefix("WARNING") { state.reason = text }
            if text.contains("Server initialized") { state.hasStarted = true }
            if text.contains("DB loaded from disk") { state.hasLoaded = true }
        }
    }

    /// Whether it came so far that it could load a dump.
    var hasStarted: Bool { state.withLock { $0.hasStarted } }

    /// Whether it has loaded a dump; one that finds none starts with nothing and is content.
    var hasLoaded: Bool { state.withLock { $0.hasLoaded } }

    /// The keys without a value that it left out, which an old defect of servers left in dumps.
    var emptied: Int64 { state.withLock { $0.emptied } }

    /// Why it ended: its first complaint, else its last line; at most 300 characters, names of keys masked.
    var lastWords: String? {
        state.withLock { $0.reason ?? $0.last }.map { String(Self.masked($0).prefix(300)) }
    }

    /// Mark and message of a line such as `1234:M 30 Nov 2026 00:00:00.000 # Bad file format`.
    private static func parts(of line: String) -> (isWarning: Bool, text: String) {
        let harmless = String(
            String.UnicodeScalarView(line.unicodeScalars.filter { $0.value >= 32 && $0.value != 127 })
        )
        let words = harmless.split(separator: " ", maxSplits: 6, omittingEmptySubsequences: true)
        guard words.count == 7, words[0].contains(":"), ["#", "*", "-", "."].contains(words[5]) else {
            return (false, harmless)
        }
        return (words[5] == "#", String(words[6]))
    }

    /// What stands in quotes is from the dump.
    private static func masked(_ text: String) -> String {
        let parts = text.split(separator: "'", omittingEmptySubsequences: false)
        guard parts.count > 2 else { return text }
        return parts.enumerated().map { $0 % 2 == 1 ? "…" : String($1) }.joined(separator: "'")
    }

    private static func number(in line: String, behind mark: String) -> Int64? {
        guard let range = line.firstRange(of: mark) else { return nil }
        return Int64(line[range.upperBound...].prefix { $0.isNumber })
    }
}
