import Synchronization
import Testing
import WherryCore

@testable import WherryEngine

/// Each sink at its own pace.
@Suite(.timeLimit(.minutes(1)))
struct SinkLanesTests {
    /// What each sink took, in order.
    private final class Log: Sendable {
        private let state = Mutex<[SinkName: [Int]]>([:])
        func note(_ sink: SinkName, _ item: Int) { state.withLock { $0[sink, default: []].append(item) } }
        func count(_ sink: SinkName) -> Int { state.withLock { $0[sink]?.count ?? 0 } }
        subscript(sink: SinkName) -> [Int] { state.withLock { $0[sink] ?? [] } }
    }

    /// How many are at work, and were at most.
    private final class Crowd: Sendable {
        private let state = Mutex((now: 0, most: 0))
        var most: Int { state.withLock { $0.most } }
        func enter() { state.withLock { $0 = ($0.now + 1, max($0.most, $0.now + 1)) } }
        func leave() { state.withLock { $0.now -= 1 } }
    }

    @Test func oneThatHangsHoldsNobody() async throws {
        let lanes = SinkLanes(width: 2)
        let log = Log()
        try await withThrowingDiscardingTaskGroup { group in
            for item in 0..<20 {
                let tickets = try await lanes.admit(["quick", "dead"])
                for ticket in tickets {
                    group.addTask {
                        try await lanes.turn(ticket)
                        log.note(ticket.sink, item)
                        // The dead one comes to life when the other has everything.
                        while ticket.sink == "dead", log.count("quick") < 20 {
                            try await Task.sleep(for: .milliseconds(2))
                        }
                        await lanes.done(ticket)
                    }
                }
            }
        }
        #expect(log["quick"].sorted() == Array(0..<20))
        #expect(log["dead"].sorted() == Array(0..<20))
    }

    @Test func noSinkTakesMoreThanItsWidth() async throws {
        let lanes = SinkLanes(width: 3)
        let crowd = Crowd()
        try await withThrowingDiscardingTaskGroup { group in
            for _ in 0..<50 {
                let tickets = try await lanes.admit(["a"])
                for ticket in tickets {
                    group.addTask {
                        try await lanes.turn(ticket)
                        crowd.enter()
                        await Task.yield()
                        crowd.leave()
                        await lanes.done(ticket)
                    }
                }
            }
        }
        #expect(crowd.most <= 3)
    }

    @Test func whoIsCancelledLetsTheOthersOn() async throws {
        let lanes = SinkLanes(width: 1)
        let first = try await lanes.admit(["a"])
        let waiting = Task {
            let tickets = try await lanes.admit(["a"])
            return tickets.count
        }
        waiting.cancel()
        await #expect(throws: CancellationError.self) { _ = try await waiting.value }
        for ticket in first { await lanes.done(ticket) }
        #expect(try await lanes.admit(["a"]).count == 1)
    }
}
