import Synchronization
import Testing
import WherryCore
import WherryPluginKit

@Suite final class PollingTests: Sendable {
    private let waits = Mutex<[Duration]>([])

    private func polling(first: Duration? = nil, attempts: Int) -> Polling {
        Polling(every: .seconds(10), beginningWith: first, attempts: attempts) { [self] pause in
            waits.withLock { $0.append(pause) }
        }
    }

    @Test func pausesGrowUntilTheyAreWhole() async throws {
        var asked = 0
        let answer = try await polling(first: .seconds(3), attempts: 9).answer { () -> Int? in
            asked += 1
            return asked == 5 ? asked : nil
        }
        #expect(answer == 5)
        #expect(waits.withLock { $0 } == [.seconds(3), .seconds(6), .seconds(10), .seconds(10)])
    }

    @Test func passingFailuresCountAndAreWaitedForAsTold() async throws {
        let failure = Failure(.transient, code: "test.busy", "Busy.", retryAfter: .seconds(15))
        let forever = Failure(.transient, code: "test.busy", "Busy.", retryAfter: .seconds(3_600))
        var failures = [failure, forever]
        let answer = try await polling(attempts: 4).answer { () -> Int? in
            if !failures.isEmpty { throw failures.removeFirst() }
            return nil
        }
        #expect(answer == nil)
        #expect(waits.withLock { $0 } == [.seconds(15), .seconds(60), .seconds(10)])
    }

    @Test func otherFailuresEndIt() async throws {
        let failure = await #expect(throws: Failure.self) {
            _ = try await polling(attempts: 4).answer { () -> Int? in
                throw Failure(.authentication, code: "test.refused", "Refused.")
            }
        }
        #expect(failure?.code == "test.refused")
        #expect(waits.withLock { $0 } == [])
    }
}
