package import Logging
import WherryCore
package import WherryPluginWire
import WherryPrograms

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// Runs a plugin's program once, for one operation.
package struct PluginSession: Sendable {
    /// How long one operation may take.
    package struct Limits: Sendable {
        /// All of it; whatever the plugin does, it is gone 5 seconds later.
        package var deadline: Duration
        /// How long it may keep still while it is its turn.
        package var stall: Duration
        /// How long it has to end by itself when it is asked to.
        package var grace: Duration

        /// Limits.
        package init(deadline: Duration, stall: Duration, grace: Duration = .seconds(10)) {
            self.deadline = deadline
            self.stall = stall
            self.grace = grace
        }

        /// The grace that a deadline leaves.
        var allowedGrace: Duration { min(grace, max(Self.overtime, deadline / 2)) }
        /// When it is asked to end, so that it is gone in time.
        var patience: Duration { deadline - max(.zero, allowedGrace - Self.overtime) }

        private static let overtime = Duration.seconds(4)
    }

    /// The most that goes to the log of what a plugin says beside the protocol, in bytes.
    private static let longestComplaint = 64 << 10

    /// Gives a plugin what the request does not hold, such as the bytes of a stream.
    typealias Handover = @Sendable (ProgramWriter, Talk) async throws -> Void

    /// The program.
    package var path: String
    /// What it is called in messages.
    package var name: String
    /// Takes secrets out of what it says.
    package var blotter: Blotter
    /// How long it may take.
    package var limits: Limits
    /// Where it says things for the log.
    package var logger: Logger

    /// A session.
    package init(path: String, name: String, blotter: Blotter, limits: Limits, logger: Logger) {
        self.path = path
        self.name = name
        self.blotter = blotter
        self.limits = limits
        self.logger = logger
    }

    /// Asks it, and waits until its process is gone.
    ///
    /// - Throws: ``Failure``, with the plugin's own words where it has answered with an error; `CancellationError`.
    package func ask(_ request: PluginRequest) async throws -> Conversation.Answer {
        try await ask(request, handingOver: nil)
    }

    func ask(_ request: PluginRequest, handingOver handover: Handover?) async throws -> Conversation.Answer {
        do {
            return try await converse(request, handover)
        } catch let violation as Violation {
            throw ExternalFailure.of(violation, plugin: name, operation: request.operation, complaint: nil)
        } catch let error as PluginError {
            if let detail = error.detail {
                let clean = blotter.clean(detail, limit: Self.longestComplaint)
                logger.debug("the plugin says why", metadata: ["plugin.detail": "\(clean)"])
            }
            throw ExternalFailure.of(error, plugin: name, blotter: blotter)
        }
    }

    private func converse(_ request: PluginRequest, _ handover: Handover?) async throws -> Conversation.Answer {
        let times = Talk.Times(end: .now + limits.patience, stall: limits.stall)
        let talk = Talk(request, handsOver: handover != nil, times: times, blotter: blotter, logger: logger)
        let outcome: ProgramOutcome
        do {
            outcome = try await run(request, talk, handover)
        } catch {
            switch talk.cause {
            case .violation(let violation): throw violation
            case .handover(let cause): throw cause
            case nil: throw error
            }
        }
        if talk.unknownLines > 0 {
            logger.debug("lines of unknown types", metadata: ["plugin.lines": "\(talk.unknownLines)"])
        }
        if !outcome.complaints.isEmpty {
            logger.debug(
                "the plugin complained",
                metadata: ["plugin.stderr": "\(blotter.clean(outcome.complaints, limit: Self.longestComplaint))"]
            )
        }
        let exit: Conversation.Exit =
            switch outcome.ending {
            case .exited(let status): .status(Int32(truncatingIfNeeded: status))
            case .signaled(let signal): .signal(Int32(truncatingIfNeeded: signal))
            }
        do {
            let answer = try talk.judge(exit)
            guard !isStained(answer) else { throw Violation.leak }
            return answer
        } catch let violation as Violation {
            let words = outcome.lastWords.map { blotter.clean($0, limit: 300) }
            throw ExternalFailure.of(violation, plugin: name, operation: request.operation, complaint: words)
        }
    }

    private func run(_ request: PluginRequest, _ talk: Talk, _ handover: Handover?) async throws -> ProgramOutcome {
        let line = try request.value.line() + [UInt8(ascii: "\n")]
        let runner = ProgramRunner(limits: ProgramLimits(grace: limits.allowedGrace))
        let program = Program(
            path,
            [request.operation],
            environment: ProgramEnvironment(Self.environment()),
            folder: request.scratch
        )
        return try await withThrowingTaskGroup(of: ProgramOutcome?.self) { group in
            group.addTask {
                try await runner.run(
                    program,
                    input: .fed { writer in
                        try await writer.write(line)
                        await Self.give(handover, writer, talk)
                        // Its input stays open until it has said its last line: its end means that we are gone.
                        await talk.untilEnded()
                    },
                    output: .chunks { bytes in try talk.hear(bytes) }
                )
            }
            group.addTask {
                await talk.watch()
                return nil
            }
            defer { group.cancelAll() }
            var outcome: ProgramOutcome?
            while outcome == nil, let next = try await group.next() {
                outcome = next
                // The watch is over first only when the program is to be ended.
                if next == nil { group.cancelAll() }
            }
            guard let outcome else { throw CancellationError() }
            return outcome
        }
    }

    private static func give(_ handover: Handover?, _ writer: ProgramWriter, _ talk: Talk) async {
        guard let handover else { return }
        do {
            try await handover(writer, talk)
        } catch is CancellationError {
            // Whoever cancelled knows why.
        } catch Violation.shutStream {
            talk.shut()
        } catch {
            talk.give(up: .handover(error))
        }
    }

    /// All that a plugin sees of our environment.
    package static func environment(hasCookie: Bool = true) -> [String: String] {
        let own = ProcessInfo.processInfo.environment
        var variables = own.filter { PluginProtocol.environment.contains($0.key) }
        variables["PATH"] = variables["PATH"] ?? "/usr/local/bin:/usr/bin:/bin"
        if hasCookie { variables[PluginProtocol.cookie] = PluginProtocol.name }
        return variables
    }

    /// Whether an answer holds a secret that it was given; the URLs that a source issues may.
    private func isStained(_ answer: Conversation.Answer) -> Bool {
        let items = answer.items.map { item -> JSONValue in
            guard case .object(var members) = item else { return item }
            members["intranet_url"] = nil
            members["extranet_url"] = nil
            return .object(members)
        }
        return ([answer.result, answer.state ?? .null] + items).contains { $0.texts.contains(where: blotter.isStained) }
    }
}
