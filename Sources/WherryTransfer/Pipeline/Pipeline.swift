package import WherryCore
package import WherryPluginKit
import WherryPrograms

/// The stages that a sink's bytes pass, first to last.
package struct Pipeline: Sendable, Hashable {
    /// Passes bytes on.
    package typealias Receive = @Sendable ([UInt8]) async throws -> Void

    /// Makes a failure of a stage that failed: what it did, as the end of a sentence, and whether a signal ended it.
    package typealias Blame = @Sendable (_ stage: Stage, _ trouble: String, _ wasKilled: Bool) -> Failure

    /// The stages, in order; at least one.
    package let stages: [Stage]

    private let runner: ProgramRunner
    private let blame: Blame

    /// A pipeline.
    ///
    /// - Parameter blame: nil for failures with the code `pipeline.failed`.
    package init(_ stages: [Stage], blaming blame: Blame? = nil) {
        self.stages = stages
        self.blame = blame ?? Self.failure
        // No deadline: a stage may take as long as the download, whose own patience is bounded. One that keeps still while
        // it is its turn is ended.
        runner = ProgramRunner(limits: ProgramLimits(stall: .seconds(1_800), grace: .seconds(1)))
    }

    /// What it adds to the name of a file, such as `.zst.age`.
    package var suffix: String { stages.map(\.suffix).joined() }

    /// Its stages' names.
    package var names: [String] { stages.map(\.name) }

    /// Lets bytes pass.
    ///
    /// When `feed` throws, every stage is killed before it could see the end of what it reads: what came out is a
    /// part of something, never a whole of less.
    ///
    /// - Parameters:
    ///   - feed: passes all bytes to what it is given, and returns when they are verified.
    ///   - receive: gets what comes out of the last stage.
    /// - Throws: what `feed` or `receive` threw; ``Failure`` of a stage that failed.
    package func run<Value: Sendable>(
        _ feed: @escaping @Sendable (_ pass: @escaping Receive) async throws -> Value,
        receive: @escaping Receive
    ) async throws -> Value { try await run(stages[...], feed, receive) }

    private func run<Value: Sendable>(
        _ stages: ArraySlice<Stage>,
        _ feed: @escaping @Sendable (@escaping Receive) async throws -> Value,
        _ receive: @escaping Receive
    ) async throws -> Value {
        guard let last = stages.last else { return try await feed(receive) }
        let result = Pending<Value>()
        let outcome = try await runner.run(
            last.program,
            input: .fed { writer in
                result.give(try await run(stages.dropLast(), feed) { try await writer.write($0) })
            },
            output: .chunks(receive)
        )
        guard outcome.trouble == nil, let value = await result.value() else {
            // One that was killed, for want of memory perhaps, may do well the next time.
            var wasKilled = false
            if case .signaled = outcome.ending { wasKilled = true }
            throw blame(last, outcome.trouble ?? "ended too early", wasKilled)
        }
        return value
    }

    private static func failure(_ stage: Stage, _ trouble: String, _ wasKilled: Bool) -> Failure {
        Failure(
            wasKilled ? .transient : .configuration,
            code: "pipeline.failed",
            "The stage \(stage.name) \(trouble).",
            remedy: wasKilled
                ? "See who ended it: the system's log tells when memory ran out."
                : "Run \(stage.program.name) by hand with the same options; nothing was stored."
        )
    }

    /// Whether the programs are there and take what they are told.
    ///
    /// A few bytes pass through all of them.
    package func check() async throws -> [Finding] {
        do {
            let sample = Array("wherry".utf8)
            try await run({ pass in try await pass(sample) }, receive: { _ in })
            return [Finding(.ok, "Bytes pass \(names.joined(separator: ", then ")).")]
        } catch let failure as Failure {
            return [Finding(.error, failure.message, remedy: failure.remedy)]
        }
    }

    /// Two with the same stages are the same.
    package static func == (left: Pipeline, right: Pipeline) -> Bool { left.stages == right.stages }

    /// By its stages.
    package func hash(into hasher: inout Hasher) { hasher.combine(stages) }
}
