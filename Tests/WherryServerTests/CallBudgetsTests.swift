import Testing

@testable import WherryServer

/// Budgets of calls, and the ids of requests.
@Suite struct CallBudgetsTests {
    @Test func aBucketHoldsOneSecondsWorthAndFillsEvenly() {
        var budgets = CallBudgets()
        let start = ContinuousClock.now
        func admitted(_ tries: Int, after milliseconds: Int) -> Int {
            let now = start + .milliseconds(milliseconds)
            return (0..<tries).filter { _ in budgets.admit("a", "Describe", perSecond: 10, now: now) }.count
        }
        #expect(admitted(25, after: 0) == 10)
        #expect(admitted(25, after: 100) == 1)
        #expect(admitted(25, after: 350) == 2)
        #expect(admitted(25, after: 60_000) == 10)
        // Clocks that are read out of order give nothing away.
        #expect(admitted(25, after: 59_000) == 0)
    }

    @Test func keysAndActionsHaveBucketsOfTheirOwn() {
        var budgets = CallBudgets()
        let now = ContinuousClock.now
        for caller in ["a", "b"] {
            for action in ["One", "Two"] {
                let admitted = (0..<2).map { _ in budgets.admit(caller, action, perSecond: 1, now: now) }
                #expect(admitted == [true, false])
            }
        }
    }

    @Test func limitsFollowTheProviderUnlessTold() {
        #expect(CallLimits.documented.limit(documented: 20) == 20)
        #expect(CallLimits.documented.limit(documented: nil) == CallLimits.undocumented)
        #expect(CallLimits.perSecond(3).limit(documented: 20) == 3)
        #expect(CallLimits.unlimited.limit(documented: 20) == nil)
    }

    @Test func idsAreUUIDsOfVersion4() {
        let id = RequestID.make { 0x0123_4567_89ab_cdef }
        #expect(id == "01234567-89ab-4def-8123-456789abcdef")
    }
}
