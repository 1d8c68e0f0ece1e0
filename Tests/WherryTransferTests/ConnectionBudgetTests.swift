import Testing

@testable import WherryTransfer

/// How many connections go to one host.
struct ConnectionBudgetTests {
    @Test func aHostGetsNoMoreThanTheMost() {
        let budget = ConnectionBudget(most: 2)
        #expect(budget.take("a", always: false))
        #expect(budget.take("a", always: false))
        #expect(!budget.take("a", always: false))
        #expect(budget.take("b", always: false), "another host")
        #expect(budget.take("a", always: true), "a file's only connection")
        budget.giveBack("a")
        #expect(!budget.take("a", always: false))
        budget.giveBack("a")
        #expect(budget.take("a", always: false))
    }
}
