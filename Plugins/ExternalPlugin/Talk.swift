import Logging
import Synchronization
import WherryCore
import WherryPluginKit
import WherryPluginWire

/// One conversation as it goes on: what was heard, whose turn it is, and why it is to be ended.
final class Talk: Sendable {
    /// Why a plugin is asked to end before it ends by itself.
    enum Cause: Sendable {
        /// It broke a rule.
        case violation(Violation)
        /// What it was to be given cannot be had.
        case handover(any Error)
    }

    /// The times that a conversation may take.
    struct Times: Sendable {
        /// When it is asked to end.
        var end: ContinuousClock.Instant
        /// How long it may keep still while it is its turn.
        var stall: Duration
        /// How long it may go on after its last line.
        var linger = Duration.seconds(5)
        /// How long it may go on after it closed a stream early: it may be about to say why.
        var patience = Duration.seconds(2)
    }

    private struct State {
        var conversation: Conversation
        var splitter = LineSplitter(limit: PluginProtocol.lineLimit)
        var cause: Cause?
        var isTheirTurn = true
        var lastMove = ContinuousClock.now
        var hasAll: Bool
        var endedAt: ContinuousClock.Instant?
        var shutAt: ContinuousClock.Instant?
    }

    private let state: Mutex<State>
    private let times: Times
    private let blotter: Blotter
    private let logger: Logger
    private let over: AsyncStream<Never>
    private let overMark: AsyncStream<Never>.Continuation

    init(_ request: PluginRequest, handsOver: Bool, times: Times, blotter: Blotter, logger: Logger) {
        let conversation = Conversation(request.operation, versions: request.versions)
        state = Mutex(State(conversation: conversation, hasAll: !handsOver))
        self.times = times
        self.blotter = blotter
        self.logger = logger
        (over, overMark) = AsyncStream.makeStream()
    }

    // MARK: Hearing

    /// Takes what it wrote to standard output.
    ///
    /// - Throws: ``Violation``.
    func hear(_ bytes: [UInt8]) throws {
        let events = try state.withLock { state throws -> [Conversation.Event] in
            state.lastMove = .now
            var events: [Conversation.Event] = []
            var conversation = state.conversation
            defer { state.conversation = conversation }
            let isShort = try state.splitter.take(bytes) { line in
                if let event = try conversation.take(line) { events.append(event) }
            }
            guard isShort else { throw Violation.longLine }
            for case .ended(let isResult) in events {
                state.endedAt = .now
                if isResult, !state.hasAll { throw Violation.earlyResult }
            }
            return events
        }
        for event in events { tell(event) }
    }

    private func tell(_ event: Conversation.Event) {
        switch event {
        case .progress: break
        case .log(let level, let message):
            let level: Logger.Level = ["warning": .warning, "error": .warning, "info": .info][level] ?? .debug
            logger.log(level: level, "the plugin says", metadata: ["plugin.message": "\(blotter.clean(message))"])
        case .ended: overMark.finish()
        }
    }

    /// Returns once the last line was said.
    func untilEnded() async { for await _ in over {} }

    /// What it all meant, now that its process is gone.
    ///
    /// - Throws: ``Violation``, or the ``PluginError`` that it wrote.
    func judge(_ exit: Conversation.Exit) throws -> Conversation.Answer {
        try state.withLock { state throws in
            // The end of the last line may be missing.
            let rest = state.splitter.remainder
            if !rest.isEmpty, case .ended(isResult: true) = try state.conversation.take(rest), !state.hasAll {
                throw Violation.earlyResult
            }
            let answer = try state.conversation.end(exit)
            if state.shutAt != nil { throw Violation.shutStream }
            return answer
        }
    }

    /// How many lines of types that nobody knows it wrote.
    var unknownLines: Int { state.withLock { $0.conversation.unknownLines } }

    // MARK: Handing over

    /// It waits for us from here on.
    func ourTurn() { state.withLock { $0.isTheirTurn = false } }

    /// We wait for it from here on.
    func theirTurn() {
        state.withLock { state in
            state.isTheirTurn = true
            state.lastMove = .now
        }
    }

    /// It took some bytes.
    func moved() { state.withLock { $0.lastMove = .now } }

    /// It has been given everything: a result may come.
    func hasAll() { state.withLock { $0.hasAll = true } }

    /// It closed a stream before its end.
    func shut() { state.withLock { $0.shutAt = $0.shutAt ?? .now } }

    // MARK: Ending it

    /// Notes why it is to be ended; the first cause counts.
    func give(up cause: Cause) { state.withLock { $0.cause = $0.cause ?? cause } }

    /// Why it was ended; nil when it ended by itself.
    var cause: Cause? { state.withLock { $0.cause } }

    /// Returns when it is to be ended, and notes why.
    func watch() async {
        while !Task.isCancelled {
            let now = ContinuousClock.now
            let isOver = state.withLock { state in
                if state.cause == nil, let violation = overdue(state, now) { state.cause = .violation(violation) }
                return state.cause != nil
            }
            if isOver { return }
            try? await Task.sleep(for: .milliseconds(40))  // cancelled when it ended by itself
        }
    }

    private func overdue(_ state: State, _ now: ContinuousClock.Instant) -> Violation? {
        if now >= times.end { return .late }
        if let endedAt = state.endedAt { return now >= endedAt + times.linger ? .lingered : nil }
        if let shutAt = state.shutAt, now >= shutAt + times.patience { return .shutStream }
        return state.isTheirTurn && now >= state.lastMove + times.stall ? .stalled : nil
    }
}
