import Testing

@testable import WherryTransfer

/// Who fetches which bytes.
struct WorkPlanTests {
    private func id(_ number: Int) -> ExchangeID { ExchangeID(number: number) }

    @Test func blocksAreGivenOutFromTheFrontAndBecomeSmaller() {
        var plan = WorkPlan(size: 1_000, minimumBlock: 10)
        var claimed: [Range<Int64>] = []
        var number = 0
        while let range = plan.claim(for: id(number), sharedBy: 4) {
            claimed.append(range)
            plan.wrote(range, by: id(number))
            plan.release(id(number))
            number += 1
        }
        #expect(claimed.first == 0..<125)
        #expect(zip(claimed, claimed.dropFirst()).allSatisfy { $0.upperBound == $1.lowerBound })
        #expect(zip(claimed, claimed.dropFirst()).allSatisfy { $0.count >= $1.count - 5 }, "\(claimed)")
        #expect(claimed.dropLast().allSatisfy { $0.count >= 10 })
        #expect(plan.isComplete)
    }

    @Test func whatAnExchangeDidNotBringIsFreeAgain() {
        var plan = WorkPlan(size: 100, minimumBlock: 10)
        #expect(plan.claim(for: id(1), sharedBy: 1) == 0..<100)
        plan.wrote(0..<30, by: id(1))
        #expect(plan.claim(for: id(2), sharedBy: 1) == nil)
        plan.release(id(1))
        #expect(plan.claim(for: id(2), sharedBy: 1) == 30..<100)
    }

    @Test func halfOfWhatTheSlowestHasLeftIsTakenOver() {
        var plan = WorkPlan(size: 1_000, minimumBlock: 10)
        _ = plan.claim(for: id(1), sharedBy: 1)
        plan.wrote(0..<200, by: id(1))
        let isCut = plan.cut(id(1), all: false, sharedBy: 1)
        #expect(isCut)
        #expect(plan.claims[id(1)]?.end == 600)
        #expect(plan.claim(for: id(2), sharedBy: 1) == 600..<1_000)
    }

    @Test func tooLittleIsNotWorthARequest() {
        var plan = WorkPlan(size: 100, minimumBlock: 40)
        _ = plan.claim(for: id(1), sharedBy: 1)
        plan.wrote(0..<30, by: id(1))
        let isCut = plan.cut(id(1), all: false, sharedBy: 1)
        #expect(!isCut)
        let isTaken = plan.cut(id(1), all: true, sharedBy: 1)
        #expect(isTaken)
        #expect(plan.claim(for: id(2), sharedBy: 1) == 30..<100)
    }
}
