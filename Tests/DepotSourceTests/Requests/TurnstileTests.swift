import Synchronization
import Testing

@testable import DepotSource

/// Who is let through, and when.
@Suite(.timeLimit(.minutes(1)))
struct TurnstileTests {
    /// What happened, told from many tasks.
    private final class Shared<Value: Sendable>: Sendable {
        private let state: Mutex<Value>

        init(_ value: Value) { state = Mutex(value) }

        var value: Value { state.withLock { $0 } }

        func change(_ body: (inout Value) -> Void) { state.withLock { body(&$0) } }
    }

    @Test func neverMoreThanItsWidthAreInside() async throws {
        let turnstile = Turnstile(width: 3)
        let inside = Shared((now: 0, most: 0, all: 0))
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<200 {
                group.addTask {
                    try? await turnstile.pass {
                        inside.change { state in
                            state.now += 1
                            state.most = max(state.most, state.now)
                            state.all += 1
                        }
                        defer { inside.change { $0.now -= 1 } }
                        await Task.yield()
                        if number % 7 == 0 { throw CancellationError() }
                    }
                }
            }
            try await group.waitForAll()
        }
        #expect(inside.value.most <= 3)
        #expect(inside.value.all == 200)
        #expect(turnstile.queue == 0)
    }

    @Test func whoGivesUpInTheQueueLetsTheOthersPass() async throws {
        let turnstile = Turnstile(width: 1)
        let entered = Shared<[Int]>([])
        let (gate, opener) = AsyncStream<Void>.makeStream()
        async let first: Void = turnstile.pass { for await _ in gate {} }
        func queue(_ number: Int) -> Task<Void, any Error> {
            Task { try await turnstile.pass { entered.change { $0.append(number) } } }
        }
        while await !isHeld(turnstile) { await Task.yield() }
        var tasks: [Task<Void, any Error>] = []
        for number in 0..<3 {
            tasks.append(queue(number))
            while turnstile.queue <= number { await Task.yield() }
        }
        tasks[1].cancel()
        await #expect(throws: CancellationError.self) { try await tasks[1].value }
        #expect(turnstile.queue == 2)
        opener.finish()
        try await first
        for number in [0, 2] { try await tasks[number].value }
        #expect(entered.value == [0, 2])
    }

    /// Whether somebody who comes now has to wait.
    private func isHeld(_ turnstile: Turnstile) async -> Bool {
        let probe = Task { try await turnstile.pass {} }
        for _ in 0..<1_000 where turnstile.queue == 0 { await Task.yield() }
        let waits = turnstile.queue > 0
        probe.cancel()
        _ = try? await probe.value
        return waits
    }
}
