import Testing
import WherryCore

@testable import WherryTransfer

/// Who fetches when several sinks want one file.
@Suite struct FanOutPlanTests {
    @Test func aDiskIsServedAtOnceAndTheOthersFollow() {
        var plan = FanOutPlan(sinks: ["disk", "s3", "restic"])
        #expect(plan.join("s3", file: 0, wish: .bytes, at: 0) == [.wake(at: 10)])
        let begun = plan.join("disk", file: 0, wish: .file, at: 1)
        #expect(begun == [.copy(file: 0, leader: "disk"), .follow(file: 0, "s3")])
        #expect(plan.join("restic", file: 0, wish: .bytes, at: 2) == [.follow(file: 0, "restic")])
        #expect(plan.copyEnded(file: 0, isThere: true, at: 3).isEmpty)
        #expect(plan.join("restic", file: 0, wish: .bytes, at: 99) == [.follow(file: 0, "restic")])
    }

    @Test func withoutADiskAllBeginTogether() {
        var plan = FanOutPlan(sinks: ["a", "b", "c"])
        #expect(plan.join("a", file: 0, wish: .bytes, at: 0) == [.wake(at: 10)])
        #expect(plan.join("b", file: 0, wish: .bytes, at: 1) == [.wake(at: 10)])
        #expect(plan.join("c", file: 0, wish: .bytes, at: 2) == [.broadcast(file: 0, to: ["a", "b", "c"])])
    }

    @Test func nobodyWaitsTwiceForTheSameSink() {
        var plan = FanOutPlan(sinks: ["a", "b", "late"])
        _ = plan.join("a", file: 0, wish: .bytes, at: 0)
        _ = plan.join("b", file: 0, wish: .bytes, at: 1)
        #expect(plan.tick(at: 9) == [.wake(at: 10)])
        #expect(plan.tick(at: 10) == [.broadcast(file: 0, to: ["a", "b"])])
        #expect(plan.broadcastEnded(file: 0, at: 20).isEmpty)
        _ = plan.served("a", file: 0, at: 20)
        _ = plan.served("b", file: 0, at: 20)
        _ = plan.join("a", file: 1, wish: .bytes, at: 20)
        #expect(plan.join("b", file: 1, wish: .bytes, at: 20) == [.broadcast(file: 1, to: ["a", "b"])])
        // It is served by a download of its own.
        #expect(plan.join("late", file: 0, wish: .bytes, at: 21) == [.broadcast(file: 0, to: ["late"])])
    }

    @Test func oneThatComesDuringABroadcastGetsTheNext() {
        var plan = FanOutPlan(sinks: ["a", "b"], patience: 1)
        _ = plan.join("a", file: 0, wish: .bytes, at: 0)
        #expect(plan.tick(at: 1) == [.broadcast(file: 0, to: ["a"])])
        #expect(plan.join("b", file: 0, wish: .bytes, at: 2) == [.wake(at: 3)])
        #expect(plan.served("a", file: 0, at: 2.5) == [.wake(at: 3)])
        #expect(plan.broadcastEnded(file: 0, at: 2.6) == [.broadcast(file: 0, to: ["b"])])
    }

    @Test func oneThatHangsAloneHoldsNobodyWhoComesLater() {
        var plan = FanOutPlan(sinks: ["hung", "again"], patience: 1)
        _ = plan.join("hung", file: 0, wish: .bytes, at: 0)
        #expect(plan.join("again", file: 0, wish: .bytes, at: 0) == [.broadcast(file: 0, to: ["hung", "again"])])
        #expect(plan.served("again", file: 0, at: 1).isEmpty)
        #expect(plan.join("again", file: 0, wish: .bytes, at: 2) == [.wake(at: 3)])
        #expect(plan.tick(at: 3) == [.broadcast(file: 0, to: ["again"])])
    }

    @Test func whoLeavesIsNotWaitedFor() {
        var plan = FanOutPlan(sinks: ["a", "b", "broken"])
        _ = plan.join("a", file: 0, wish: .bytes, at: 0)
        _ = plan.join("b", file: 0, wish: .bytes, at: 0)
        #expect(plan.leave("broken", at: 1) == [.broadcast(file: 0, to: ["a", "b"])])
    }

    @Test func aLostCopyIsMadeAgainByWhoComesNext() {
        var plan = FanOutPlan(sinks: ["disk", "s3"])
        #expect(plan.join("disk", file: 0, wish: .file, at: 0) == [.copy(file: 0, leader: "disk")])
        _ = plan.served("disk", file: 0, at: 1)
        #expect(plan.copyEnded(file: 0, isThere: false, at: 1).isEmpty)
        #expect(plan.join("s3", file: 0, wish: .bytes, at: 2) == [.broadcast(file: 0, to: ["s3"])])
        // A disk does not wait for it.
        #expect(plan.join("disk", file: 0, wish: .file, at: 3) == [.copy(file: 0, leader: "disk")])
    }

    @Test func whoNoLongerWaitsIsNotServed() {
        var plan = FanOutPlan(sinks: ["a", "b"])
        _ = plan.join("a", file: 0, wish: .bytes, at: 0)
        #expect(plan.withdraw("a", file: 0, at: 1).isEmpty)
        #expect(plan.leave("a", at: 1).isEmpty)
        #expect(plan.join("b", file: 0, wish: .bytes, at: 2) == [.broadcast(file: 0, to: ["b"])])
    }

    @Test func onlyWhoHoldsOthersForLongIsLetGo() {
        var laggards = Laggards(patience: 10)
        #expect(laggards.waited(8, for: ["slow"], idle: ["slow"], others: 2, elapsed: 20).isEmpty)
        #expect(
            laggards.waited(3, for: ["slow"], idle: ["slow"], others: 2, elapsed: 40).isEmpty,
            "less than half of the time"
        )
        #expect(laggards.waited(30, for: ["slow"], idle: ["slow"], others: 0, elapsed: 80).isEmpty, "nobody else waits")
        #expect(laggards.waited(30, for: ["slow"], idle: ["slow"], others: 1, elapsed: 80) == ["slow"])
    }

    @Test func whoTakesALittleIsNotDead() {
        var laggards = Laggards(patience: 10)
        for second in 0..<40 {
            #expect(laggards.waited(1, for: ["slow"], idle: [], others: 1, elapsed: 7_200 + Double(second)).isEmpty)
        }
    }

    @Test func whoDiesLateIsLetGoSoon() {
        var laggards = Laggards(patience: 10)
        for second in 1...25 {
            #expect(
                laggards.waited(1, for: ["dead"], idle: ["dead"], others: 1, elapsed: 7_200 + Double(second)).isEmpty
            )
        }
        // It was only slow.
        laggards.proceeded()
        for second in 1...20 {
            #expect(
                laggards.waited(1, for: ["dead"], idle: ["dead"], others: 1, elapsed: 7_300 + Double(second)).isEmpty
            )
        }
        // Another one was in the way meanwhile.
        #expect(laggards.waited(1, for: ["other"], idle: ["other"], others: 1, elapsed: 7_330).isEmpty)
        for second in 1...30 {
            #expect(
                laggards.waited(1, for: ["dead"], idle: ["dead"], others: 1, elapsed: 7_400 + Double(second)).isEmpty
            )
        }
        #expect(laggards.waited(1, for: ["dead"], idle: ["dead"], others: 1, elapsed: 7_431) == ["dead"])
    }
}
