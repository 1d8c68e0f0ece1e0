/// What one process of a plugin has said so far, and what that means: pure, lines in, events out.
///
/// The rules: a `hello` first, exactly one `result` or `error`, nothing after it, and an exit status that agrees.
package struct Conversation: Sendable {
    /// Something to tell others of.
    package enum Event: Sendable {
        /// How far it is.
        case progress(done: Int64, total: Int64?)
        /// Something for the log.
        case log(level: String, message: String)
        /// The last line was said.
        case ended(isResult: Bool)
    }

    /// What a finished conversation gave.
    package struct Answer: Sendable {
        /// The `result` line.
        package var result: JSONValue
        /// The items, in the order in which they came.
        package var items: [JSONValue]
        /// What it wants to be given back when it is started next; nil to leave that as it is.
        package var state: JSONValue?
    }

    private enum State: Sendable {
        case silent, speaking
        case answered(JSONValue)
        case failed(PluginError)
        case broken(Violation)
    }

    private let operation: String
    private let versions: ClosedRange<Int64>
    private let itemLimit: Int
    private var state = State.silent
    private var items: [JSONValue] = []
    private var kept: JSONValue?
    private var doneBytes: Int64 = 0

    /// How many lines of unknown types were let through.
    package private(set) var unknownLines = 0
    /// What `hello` said of the plugin; nil before it.
    package private(set) var speaker: (plugin: String, release: String, capabilities: [String]?)?

    /// A conversation about one operation.
    ///
    /// - Parameter itemLimit: the most items of a list.
    package init(_ operation: String, versions: ClosedRange<Int64> = 1...1, itemLimit: Int = 1_000_000) {
        self.operation = operation
        self.versions = versions
        self.itemLimit = itemLimit
    }

    /// Whether the last line was said.
    package var hasEnded: Bool {
        switch state {
        case .answered, .failed: true
        case .silent, .speaking, .broken: false
        }
    }

    /// Takes a line, without its end.
    ///
    /// - Throws: ``Violation``; the process has nothing to say any more then.
    package mutating func take(_ line: some Collection<UInt8>) throws(Violation) -> Event? {
        do {
            return try read(line)
        } catch {
            state = .broken(error)
            throw error
        }
    }

    private mutating func read(_ line: some Collection<UInt8>) throws(Violation) -> Event? {
        switch state {
        case .broken(let violation): throw violation
        case .answered, .failed: throw .spokeAfterEnd
        case .silent, .speaking: break
        }
        if line.count > PluginProtocol.lineLimit { throw .longLine }
        guard let value = JSONValue(line: line) else { throw .garbage }
        let message: PluginMessage
        do { message = try PluginMessage(value) } catch { throw .malformed(error.description) }
        guard case .speaking = state else {
            guard case .hello(let version, let plugin, let release, let capabilities) = message else {
                // Who cannot speak any of our versions need not greet in one of them.
                if case .error(let error) = message, error.code == "unsupported-protocol" {
                    state = .failed(error)
                    return .ended(isResult: false)
                }
                throw .noHello
            }
            guard versions.contains(version) else { throw .wrongVersion(version) }
            speaker = (plugin, release, capabilities)
            state = .speaking
            return nil
        }
        return try hear(message)
    }

    private mutating func hear(_ message: PluginMessage) throws(Violation) -> Event? {
        switch message {
        case .hello: throw .secondHello
        case .progress(let done, let total):
            guard done >= doneBytes else { throw .malformed("progress went back from \(doneBytes) to \(done) bytes.") }
            doneBytes = done
            return .progress(done: done, total: total)
        case .log(let level, let message): return .log(level: level, message: message)
        case .item(let item):
            guard items.count < itemLimit else { throw .malformed("There are more than \(itemLimit) items.") }
            items.append(item)
        case .state(let state): kept = state
        case .result(let value):
            if PluginOperation(rawValue: operation)?.hasItems == true {
                guard let count = value["items"]?.integer else {
                    throw .malformed("The result has no number of items.")
                }
                guard count == items.count else { throw .lostItems(said: count, came: items.count) }
            }
            state = .answered(value)
            return .ended(isResult: true)
        case .error(let error):
            state = .failed(error)
            return .ended(isResult: false)
        case .other: unknownLines += 1
        }
        return nil
    }

    /// How a process ended.
    package enum Exit: Sendable, Hashable {
        /// By itself, with this status.
        case status(Int32)
        /// By this signal.
        case signal(Int32)
    }

    /// What it all meant, now that the process is gone.
    ///
    /// - Throws: ``Violation``, or the ``PluginError`` that the plugin wrote.
    package func end(_ exit: Exit) throws -> Answer {
        switch (state, exit) {
        case (.broken(let violation), _): throw violation
        case (.answered(let result), .status(0)): return Answer(result: result, items: items, state: kept)
        case (.answered, .status(let status)): throw Violation.statusDisagrees("result", status)
        case (.failed, .status(0)): throw Violation.statusDisagrees("error", 0)
        case (.failed(let error), .status): throw error
        case (_, .signal(let signal)): throw Violation.killed(signal)
        case (.silent, .status(64)): throw Violation.noHello
        case (.silent, .status(let status)), (.speaking, .status(let status)): throw Violation.noAnswer(status)
        }
    }
}

/// How a plugin broke the rules.
package enum Violation: Error, Sendable, Hashable {
    /// Something else came before `hello`.
    case noHello
    /// `hello` came twice.
    case secondHello
    /// `hello` chose a version that was not offered.
    case wrongVersion(Int64)
    /// A line that is no JSON.
    case garbage
    /// A line above the limit.
    case longLine
    /// A line whose fields are wrong.
    case malformed(String)
    /// Something after `result` or `error`.
    case spokeAfterEnd
    /// The result counts other items than came.
    case lostItems(said: Int64, came: Int)
    /// The exit status says another thing than the last line.
    case statusDisagrees(String, Int32)
    /// It ended without `result` or `error`.
    case noAnswer(Int32)
    /// A signal ended it.
    case killed(Int32)
    /// It gave its result before it had all bytes.
    case earlyResult
    /// It has shut a stream before its end.
    case shutStream
    /// It said nothing and took nothing for too long.
    case stalled
    /// It went on beyond its deadline.
    case late
    /// It did not end after its last line.
    case lingered
    /// Its receipt does not fit what it was given.
    case wrongReceipt(String)
    /// Its answer holds a secret.
    case leak

    /// A word for it, for error codes and tables.
    package var word: String {
        switch self {
        case .noHello: "no-hello"
        case .secondHello: "second-hello"
        case .wrongVersion: "wrong-version"
        case .garbage: "garbage"
        case .longLine: "long-line"
        case .malformed: "malformed"
        case .spokeAfterEnd: "spoke-after-end"
        case .lostItems: "lost-items"
        case .statusDisagrees: "status-disagrees"
        case .noAnswer: "no-answer"
        case .killed: "killed"
        case .earlyResult: "early-result"
        case .shutStream: "shut-stream"
        case .stalled: "stalled"
        case .late: "late"
        case .lingered: "lingered"
        case .wrongReceipt: "wrong-receipt"
        case .leak: "leak"
        }
    }

    /// What it did: the end of a sentence that begins with the plugin.
    package var text: String {
        switch self {
        case .noHello: "did not say hello first"
        case .secondHello: "said hello twice"
        case .wrongVersion(let version): "chose version \(version) of the protocol, which was not offered"
        case .garbage: "wrote a line to standard output that is no JSON"
        case .longLine: "wrote a line longer than 1 MiB"
        case .malformed(let reason):
            "wrote a line that is wrong: \(reason.hasSuffix(".") ? String(reason.dropLast()) : reason)"
        case .spokeAfterEnd: "wrote more after its result or error"
        case .lostItems(let said, let came): "counts \(said) items in its result, but wrote \(came)"
        case .statusDisagrees(let line, let status): "wrote a line of type \(line), but ended with status \(status)"
        case .noAnswer(let status): "ended with status \(status) and neither a result nor an error"
        case .killed(let signal): "was ended by signal \(signal)"
        case .earlyResult: "gave its result before it had read all bytes"
        case .shutStream: "closed a stream before its end"
        case .stalled: "neither said anything nor took any bytes for too long"
        case .late: "was not done at its deadline"
        case .lingered: "did not end after its last line"
        case .wrongReceipt(let reason): "gave a wrong receipt: \(reason)"
        case .leak: "wrote a secret into its answer"
        }
    }
}
