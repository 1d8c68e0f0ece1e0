import Synchronization
import WherryCore

/// What a server said of the dump: the first complaint that tells why it ended, in words of our own.
///
/// What a server logs may hold names of keys, and fields that whoever made the dump chose. So nothing of a line is passed
/// on but numbers in places that are known.
final class ServerLog: Sendable {
    private struct State {
        var complaint: ServerComplaint?
        var early: String?
        var hasStarted = false
        var hasLoaded = false
        var emptied: Int64 = 0
    }

    private let state = Mutex(State())

    /// Takes the next line.
    func add(_ line: String) {
        let text = Self.message(of: line)
        if text.allSatisfy(\.isWhitespace) { return }
        state.withLock { state in
            if text.contains("Server initialized") { state.hasStarted = true }
            // Before that there is nothing of the dump in it.
            if !state.hasStarted { state.early = String(text.prefix(300)) }
            if text.hasPrefix("DB loaded from disk") { state.hasLoaded = true }
            if text.hasPrefix("Done loading RDB"), let count = Self.number(in: text, behind: "empty keys skipped: ") {
                state.emptied = count
            }
            guard state.hasStarted, let complaint = ServerComplaint(text) else { return }
            // What comes behind the first complaint is about the end that it leads to: a stack, a goodbye.
            if (state.complaint ?? .stopped) == .stopped { state.complaint = complaint }
        }
    }

    /// Whether it came so far that it could load a dump.
    var hasStarted: Bool { state.withLock { $0.hasStarted } }

    /// Whether it has loaded a dump; one that finds none starts with nothing and is content.
    var hasLoaded: Bool { state.withLock { $0.hasLoaded } }

    /// The keys without a value that it left out, which an old defect of servers left in dumps.
    var emptied: Int64 { state.withLock { $0.emptied } }

    /// Why it did not load the dump; nil when it said nothing that is known.
    var complaint: ServerComplaint? { state.withLock { $0.complaint } }

    /// The last that it said before it had a dump to load; at most 300 characters.
    var earlyWords: String? { state.withLock { $0.early } }

    /// The message of a line such as `1234:M 30 Nov 2026 00:00:00.000 # Bad file format`.
    private static func message(of line: String) -> String {
        let harmless = String(
            String.UnicodeScalarView(line.unicodeScalars.filter { $0.value >= 32 && $0.value != 127 })
        )
        let words = harmless.split(separator: " ", maxSplits: 6, omittingEmptySubsequences: true)
        guard words.count == 7, words[0].contains(":"), ["#", "*", "-", "."].contains(words[5]) else { return harmless }
        return String(words[6])
    }

    private static func number(in line: String, behind mark: String) -> Int64? {
        guard let range = line.firstRange(of: mark) else { return nil }
        return Int64(line[range.upperBound...].prefix { $0.isNumber })
    }
}

/// Why a server did not load a dump.
enum ServerComplaint: Hashable, Sendable {
    /// The dump holds a key twice.
    case duplicate
    /// Its checksum is wrong.
    case checksum
    /// It does not begin as dumps do.
    case signature
    /// It is of a newer format than the server reads.
    case format(Int64)
    /// It holds data of a module that the server does not have.
    case module
    /// It ended early, or memory did.
    case shortOrMemory
    /// Memory ended.
    case memory
    /// Something in it makes no sense.
    case content
    /// Somebody had the server stop.
    case stopped

    /// Reads a message of Redis or Valkey (`rdb.c`, `server.c`); nil for one that tells nothing of that.
    init?(_ text: String) {
        func has(_ phrases: String...) -> Bool { phrases.contains { text.contains($0) } }
        if text.hasPrefix("rdbLoadObject skipping empty key") || text.hasPrefix("RDB file was saved") { return nil }
        if text.hasPrefix("RDB has duplicated key") || has("Duplicated key found in RDB file") {
            self = .duplicate
        } else if text.hasPrefix("Can't handle RDB format version") {
            self = .format(Int64(text.dropFirst(32).drop { !$0.isNumber }.prefix { $0.isNumber }) ?? 0)
        } else if has("I can't load", "without module", "module data", "no matching module") {
            self = .module
        } else if has("Out Of Memory allocating", "OOM detected") {
            self = .memory
        } else if text.hasPrefix("Short read or OOM loading DB") {
            self = .shortOrMemory
        } else if text.hasPrefix("Wrong RDB checksum") || text.hasPrefix("RDB CRC error") {
            self = .checksum
        } else if text.hasPrefix("Wrong signature trying to load") {
            self = .signature
        } else if has("User requested shutdown", "Received SIGTERM", "Received SIGINT", "Received shutdown signal") {
            self = .stopped
        } else if has(
            "Internal error in RDB reading",
            "Guru Meditation",
            "Unknown RDB",
            "integrity",
            "corrupt",
            "Unknown opcode"
        )
            || text.hasPrefix("Terminating server after rdb file reading failure")
        {
            self = .content
        } else {
            return nil
        }
    }

    /// For people, behind "the server does not load it: ".
    var words: String {
        switch self {
        case .duplicate: "it holds a key twice"
        case .checksum: "its checksum is wrong"
        case .signature: "it does not begin as a dump does"
        case .format(let version): "its format, version \(version), is newer than the server"
        case .module: "it holds data of a module that the server does not have"
        case .shortOrMemory: "it ended early, or memory did"
        case .memory: "memory ended"
        case .content: "something in it makes no sense to the server"
        case .stopped: "somebody had the server stop"
        }
    }
}
