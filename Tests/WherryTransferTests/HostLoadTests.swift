import Testing
import WherryCore

@testable import WherryTransfer

/// What a host bears, over all files.
struct HostLoadTests {
    private let busy = Failure(.transient, code: "transfer.http-503", "Busy.")

    private func refuse(_ load: inout HostLoad, _ failure: Failure? = nil, at now: Duration) {
        load.refused(failure ?? busy, pause: .seconds(1), longestWait: .seconds(300), at: now)
        load.giveBack()
    }

    @Test func aHostGetsNoMoreThanTheMost() {
        var load = HostLoad(most: 2)
        #expect(load.take(isOnly: false, at: .zero).isGo)
        #expect(load.take(isOnly: false, at: .zero).isGo)
        #expect(!load.take(isOnly: false, at: .zero).isGo)
        #expect(load.take(isOnly: true, at: .zero).isGo, "a file's only connection")
        load.giveBack()
        #expect(!load.take(isOnly: false, at: .zero).isGo)
        load.giveBack()
        #expect(load.take(isOnly: false, at: .zero).isGo)
    }

    /// A hundred files ask whenever they may: one a second comes through.
    @Test func oneASecondFindsOut() {
        var load = HostLoad(most: 64)
        #expect(load.take(isOnly: true, at: .zero).isGo)
        refuse(&load, at: .zero)
        var times: [Duration] = []
        var now = Duration.zero
        while now < .seconds(10) {
            now += .milliseconds(50)
            for _ in 0..<100 where load.take(isOnly: true, at: now).isGo {
                times.append(now)
                refuse(&load, at: now)
            }
        }
        #expect(times == (1...10).map { .seconds($0) })
        #expect(!load.take(isOnly: false, at: now).isGo)
    }

    @Test func whileOneFindsOutNobodyElseAsks() {
        var load = HostLoad(most: 64)
        #expect(load.take(isOnly: true, at: .zero).isGo)
        refuse(&load, at: .zero)
        #expect(load.take(isOnly: true, at: .seconds(1)).isGo)
        #expect(!load.take(isOnly: true, at: .seconds(1.5)).isGo)
        load.answered()
        #expect(load.take(isOnly: true, at: .seconds(1.5)).isGo)
        #expect(load.take(isOnly: false, at: .seconds(1.5)).isGo)
    }

    /// A server that answers four at a time: sixteen files learn that, and one more is tried now and then.
    @Test func itLearnsHowManyAreTaken() {
        var load = HostLoad(most: 64)
        for _ in 0..<16 { #expect(load.take(isOnly: true, at: .zero).isGo) }
        for _ in 0..<4 { load.answered() }
        for _ in 0..<12 { refuse(&load, at: .milliseconds(1)) }
        #expect(load.active == 4)
        #expect(!load.take(isOnly: true, at: .seconds(1.5)).isGo, "four are at it, and no more are taken")
        load.answered()
        load.giveBack()
        #expect(load.take(isOnly: true, at: .seconds(1.5)).isGo, "a place became free")
        #expect(!load.take(isOnly: true, at: .seconds(1.5)).isGo)
        #expect(load.take(isOnly: true, at: .seconds(2.1)).isGo, "one more is tried")
        #expect(!load.take(isOnly: true, at: .seconds(2.2)).isGo)
        refuse(&load, at: .seconds(2.3))
        load.answered()
        #expect(!load.take(isOnly: true, at: .seconds(4)).isGo, "it is still so")
    }

    @Test func whoIsRefusedTooOftenIsToldSo() {
        var load = HostLoad(most: 64)
        for second in 0..<HostLoad.mostRefusals {
            #expect(load.take(isOnly: true, at: .seconds(second)).isGo)
            refuse(&load, at: .seconds(second))
        }
        let now = Duration.seconds(HostLoad.mostRefusals - 1) + .milliseconds(500)
        #expect(load.take(isOnly: true, at: now).failure == busy)
        #expect(load.take(isOnly: true, at: now + .seconds(1)).isGo, "one goes on finding out")
        load.answered()
        #expect(load.take(isOnly: true, at: now + .seconds(1)).isGo)
    }

    /// A server that says to come back tomorrow is taken at its word by every file, without being asked again.
    @Test func whoIsToWaitForTooLongIsToldSo() {
        var load = HostLoad(most: 64)
        let tomorrow = Failure(.transient, code: "transfer.http-503", "Busy.", retryAfter: .seconds(3_600))
        #expect(load.take(isOnly: true, at: .zero).isGo)
        refuse(&load, tomorrow, at: .zero)
        #expect(load.take(isOnly: true, at: .seconds(60)).failure == tomorrow)
        #expect(load.take(isOnly: true, at: .seconds(3_600)).isGo)
    }

    @Test func nothingIsKeptOfAHostThatIsAsAnyOther() {
        var load = HostLoad(most: 64)
        #expect(load.isPlain)
        #expect(load.take(isOnly: true, at: .zero).isGo)
        #expect(!load.isPlain)
        refuse(&load, at: .zero)
        #expect(!load.isPlain)
        load.answered()
        #expect(load.isPlain)
    }
}

extension HostLoad.Turn {
    fileprivate var isGo: Bool { if case .go = self { true } else { false } }

    fileprivate var failure: Failure? { if case .closed(let failure) = self { failure } else { nil } }
}
