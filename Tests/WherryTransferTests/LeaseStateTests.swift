import Testing

@testable import WherryTransfer

/// Which URL a new request may use.
struct LeaseStateTests {
    private func lease(life: Int64, remaining: Int64) -> LeaseState {
        var lease = LeaseState()
        _ = lease.obtain()
        lease.take(
            TransferMachine.Grant(generation: 0, remaining: .seconds(remaining), life: .seconds(life)),
            at: .zero
        )
        return lease
    }

    private func isUsable(_ lease: LeaseState, after seconds: Int64) -> Bool {
        lease.usable(at: .seconds(seconds)) != nil
    }

    @Test func notInTheLastFifthOfItsLife() {
        let lease = lease(life: 100, remaining: 100)
        #expect(isUsable(lease, after: 0))
        #expect(isUsable(lease, after: 79))
        #expect(!isUsable(lease, after: 80))
    }

    @Test func ofAShortLifeNotInTheLastTwentieth() {
        let lease = lease(life: 20, remaining: 20)
        #expect(isUsable(lease, after: 18))
        #expect(!isUsable(lease, after: 19))
    }

    @Test func oneThatWasIssuedEarlierHasLessLeft() {
        let lease = lease(life: 100, remaining: 60)
        #expect(isUsable(lease, after: 39))
        #expect(!isUsable(lease, after: 40))
    }

    /// Our clock stepped since the URL was issued, or the provider's is another.
    @Test func noneIsRefusedForOurClock() {
        let stepped = lease(life: 100, remaining: 3_700)
        #expect(isUsable(stepped, after: 79))
        #expect(!isUsable(stepped, after: 80))
        let over = lease(life: 100, remaining: -3_500)
        #expect(isUsable(over, after: 0))
        #expect(!isUsable(over, after: 80))
        let overBeforeItBegan = lease(life: -900, remaining: -901)
        #expect(isUsable(overBeforeItBegan, after: 29))
    }

    @Test func notWhileANewOneIsOnItsWayOrTheServerRefusesIt() {
        var lease = lease(life: 100, remaining: 100)
        lease.reject()
        #expect(!isUsable(lease, after: 0))
        #expect(lease.obtain() == [.obtain(TransferMachine.Wish(after: 0, isRefused: true))])
        #expect(lease.obtain().isEmpty, "one at a time")
        lease.take(TransferMachine.Grant(generation: 1, remaining: .seconds(100), life: .seconds(100)), at: .seconds(5))
        #expect(lease.usable(at: .seconds(5)) == 1)
    }
}
