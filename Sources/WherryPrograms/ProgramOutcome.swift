public import WherryCore

/// How a program ended.
public struct ProgramOutcome: Sendable, Hashable {
    /// How its process ended.
    public enum Ending: Sendable, Hashable, CustomStringConvertible {
        /// By itself, with this status.
        case exited(Int)
        /// By this signal.
        case signaled(Int)

        /// For people: `status 1`, `signal 9`.
        public var description: String {
            switch self {
            case .exited(let status): "status \(status)"
            case .signaled(let number): "signal \(number)"
            }
        }
    }

    /// What became of what it was fed.
    public enum Input: Sendable, Hashable {
        /// It read all of it, as far as can be known, or was not fed.
        case read
        /// It stopped reading, or ended, before the end was written.
        case cut
        /// It ended well before it had read this many of the last bytes.
        case unread(Int)
    }

    /// The program's name.
    public var program: String
    /// How its process ended.
    public var ending: Ending
    /// What became of what it was fed.
    public var input: Input
    /// What it wrote, when that was collected.
    public var output: [UInt8]
    /// The last 64 KiB that it wrote to its standard error, as text; secrets of its environment and URLs are masked.
    public var complaints: String

    /// Whether it ended with status 0 after it had read all that it was fed.
    public var isSuccess: Bool { ending == .exited(0) && input == .read }

    /// What it wrote, as text.
    public var text: String { String(decoding: output, as: UTF8.self) }

    /// The last words of its complaints, on one line, at most 400 bytes; nil when it did not complain.
    public var lastWords: String? {
        let lines = complaints.split(whereSeparator: \.isNewline).map { line in
            String(String.UnicodeScalarView(line.unicodeScalars.filter { $0.value >= 32 && $0.value != 127 }))
        }
        let words = lines.filter { line in line.contains { !$0.isWhitespace } }.suffix(3).joined(separator: " / ")
        if words.isEmpty { return nil }
        return words.utf8.count <= 400 ? words : "…" + String(decoding: words.utf8.suffix(400), as: UTF8.self)
    }

    /// What is wrong, as the end of a sentence about it; nil when it succeeded.
    public var trouble: String? {
        let words = lastWords.map { ": \($0)" } ?? ""
        if ending != .exited(0) { return "ended with \(ending)\(words)" }
        switch input {
        case .read: return nil
        case .cut: return "ended before it was given everything\(words)"
        case .unread(let count): return "ended with the last \(count) bytes unread\(words)"
        }
    }

    /// Nothing, when it succeeded.
    ///
    /// - Throws: ``Failure`` `program.failed`, or `program.stopped-reading` when it said that all was well and had not
    ///   read everything.
    public func requireSuccess(_ failureClass: FailureClass = .transient, remedy: String? = nil) throws {
        guard let trouble else { return }
        if ending == .exited(0) {
            throw Failure(
                .unsupported,
                code: "program.stopped-reading",
                "\(program) \(trouble).",
                remedy: remedy ?? "Give it arguments with which it reads its standard input to the end."
            )
        }
        throw Failure(
            failureClass,
            code: "program.failed",
            "\(program) \(trouble).",
            remedy: remedy ?? "See what it says; run it by hand with the same arguments."
        )
    }
}
