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

    private func isUsable(_ lease: LeaseState, after seconds: Int64, for rest: Int64 = 0) -> Bool {
        lease.usable(at: .seconds(seconds), for: .seconds(rest)) != nil
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

    /// The provider's clock is an hour ahead of ours, or behind it.
    @Test func noneLivesLongerThanItWasIssuedForNorIsRefusedForOurClock() {
        let ahead = lease(life: 100, remaining: 3_700)
        #expect(isUsable(ahead, after: 79))
        #expect(!isUsable(ahead, after: 80))
        let behind = lease(life: 100, remaining: -3_500)
        #expect(isUsable(behind, after: 0))
        #expect(!isUsable(behind, after: 80))
    }

    @Test func renewedEarlyWhereANewOneWouldLastForTheRest() {
        let lease = lease(life: 100, remaining: 100)
        #expect(isUsable(lease, after: 50, for: 49))
        #expect(!isUsable(lease, after: 50, for: 60), "50 s are left, a new one has 100")
        #expect(isUsable(lease, after: 50, for: 90), "a new one would not last either")
        #expect(isUsable(lease, after: 10, for: 79), "it would do")
        #expect(isUsable(self.lease(life: 100, remaining: 70), after: 10, for: 75), "it is hardly used")
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
