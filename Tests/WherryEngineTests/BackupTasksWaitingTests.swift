import Testing
import WherryCatalog
import WherryCore
import WherryEngine
import WherryTestSupport

/// What becomes of tasks that an earlier program has left.
@Suite(.timeLimit(.minutes(1)))
struct BackupTasksWaitingTests {
    private func with(_ body: @escaping @Sendable (Collector, BackupTasks, Int64) async throws -> Void) async throws {
        try await Scratch.with { scratch in
            try await Provider.with(in: scratch) { provider in
                try await provider.fill(standalone: 1, shards: 0)
                try await Collector.with(in: scratch, provider: provider) { collector in
                    _ = try await Discovery(catalog: collector.catalog, clock: collector.clock) { 0 }
                        .instances(of: collector.source)
                    // As if the program had ended before the source answered.
                    let task = try await collector.catalog.beginTask(
                        .backup(of: "crs-orders01", remark: ""),
                        in: "cloud",
                        at: collector.clock.now,
                        askedBy: "cli:ana"
                    )
                    let tasks = BackupTasks(
                        catalog: collector.catalog,
                        source: collector.source,
                        clock: collector.clock
                    )
                    try await body(collector, tasks, task)
                }
            }
        }
    }

    @Test func anOrderWithoutAnAnswerIsGivenUpAfterAWhile() async throws {
        try await with { collector, tasks, id in
            collector.clock.advance(by: .seconds(121))
            let failure = await #expect(throws: Failure.self) { _ = try await tasks.end(of: id) }
            #expect(failure?.code == "task.interrupted")
            #expect(try await collector.catalog.task(id, of: "cloud")?.state == .failed)
            // The instance is free again.
            _ = try await collector.catalog.beginTask(
                .backup(of: "crs-orders01", remark: ""),
                in: "cloud",
                at: collector.clock.now,
                askedBy: "cli:ana"
            )
        }
    }

    @Test func anOrderThatFailedBeforeIsTold() async throws {
        try await with { collector, tasks, id in
            let reason = Failure(.transient, code: "test.cut", "The line was cut.")
            _ = try await collector.catalog.failTask(id, reason, at: collector.clock.now)
            let failure = await #expect(throws: Failure.self) { _ = try await tasks.end(of: id) }
            #expect(failure?.code == "task.failed" && failure?.message.contains("The line was cut.") == true)
        }
    }

    @Test func whoeverStopsWaitingLeavesTheTaskUnderWay() async throws {
        try await with { collector, tasks, id in
            let waiting = Task { try await tasks.end(of: id) }
            waiting.cancel()
            await #expect(throws: CancellationError.self) { _ = try await waiting.value }
            let task = try await collector.catalog.task(id, of: "cloud")
            #expect(task?.state == .waiting)
        }
    }

    @Test func noTaskCanBeWaitedForThatIsNot() async throws {
        try await with { _, tasks, id in
            let failure = await #expect(throws: Failure.self) { _ = try await tasks.end(of: id + 1) }
            #expect(failure?.code == "task.not-found")
        }
    }
}
