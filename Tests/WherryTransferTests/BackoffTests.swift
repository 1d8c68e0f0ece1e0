import Testing
import WherryCore
import WherryTransfer

@Suite
struct BackoffTests {
    private let busy = Failure(.transient, code: "x.busy", "Busy.")

    @Test func givesUpAtTheLimit() {
        var backoff = Backoff(limit: 3)
        #expect(backoff.next(after: busy, random: 0) != nil)
        #expect(backoff.next(after: busy, random: 0) != nil)
        #expect(backoff.next(after: busy, random: 0) == nil)
    }

    @Test func progressBeginsTheCountAnew() {
        var backoff = Backoff(limit: 2)
        #expect(backoff.next(after: busy, random: 0) != nil)
        backoff.reset()
        #expect(backoff.next(after: busy, random: 0) != nil)
    }

    @Test func waitsGrowWithinTheirBound() {
        var backoff = Backoff(limit: 20, base: .seconds(1), cap: .seconds(8))
        let waits = (0..<6).compactMap { _ in backoff.next(after: busy, random: .max) }
        for (wait, bound) in zip(waits, [1, 2, 4, 8, 8, 8]) {
            #expect(wait <= .seconds(bound))
            #expect(wait > .seconds(Double(bound) * 0.99))
        }
    }

    @Test func honorsTheServersWish() {
        var backoff = Backoff()
        let failure = Failure(.transient, code: "x.busy", "Busy.", retryAfter: .seconds(40))
        #expect(backoff.next(after: failure, random: 0) == .seconds(40))
    }

    @Test(arguments: FailureClass.allCases.filter { !$0.isRetryable })
    func neverRetriesWhatWillNotPass(_ failureClass: FailureClass) {
        var backoff = Backoff()
        #expect(backoff.next(after: Failure(failureClass, code: "x.y", "No."), random: 0) == nil)
    }
}
