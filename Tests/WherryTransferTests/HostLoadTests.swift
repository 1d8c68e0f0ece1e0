import Testing
import WherryCore

@testable import WherryTransfer

/// What a host bears, over all files.
struct HostLoadTests {
    private let busy = Failure(.transient, code: "transfer.http-503", "Busy.")

    private func refuse(_ load: inout HostLoad, _ failure: Failure? = nil, at now: Duration) {
        load.refused(failure ?? busy, pause: .seconds(1), longestWait: .seconds(300), at: now)
        load.giveBack(wasAnswered: false)
    }

    @Test func aHostGetsNoMoreThanTheMost() {
        var load = HostLoad(most: 2)
        #expect(load.take(isOnly: false, at: .zero).isGo)
        #expect(load.take(isOnly: false, at: .zero).isGo)
        #expect(!load.take(isOnly: false, at: .zero).isGo)
        #expect(load.take(isOnly: true, at: .zero).isGo, "a file's only connection")
        load.giveBack(wasAnswered: false)
        #expect(!load.take(isOnly: false, at: .zero).isGo)
        load.giveBack(wasAnswered: false)
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
        load.giveBack(wasAnswered: true)
        #expect(load.take(isOnly: true, at: .seconds(1.5)).isGo, "a place became free")
        load.answered()
        #expect(!load.take(isOnly: true, at: .seconds(1.5)).isGo)
        #expect(load.take(isOnly: true, at: .seconds(2.1)).isGo, "one more is tried")
        #expect(!load.take(isOnly: true, at: .seconds(2.2)).isGo)
        refuse(&load, at: .seconds(2.3))
        load.giveBack(wasAnswered: true)
        #expect(load.take(isOnly: true, at: .seconds(4)).isGo)
        load.answered()
        #expect(!load.take(isOnly: true, at: .seconds(4.1)).isGo, "it is still so")
    }

    /// The order in which answers and refusals arrive changes nothing.
    @Test func refusalsThatComeFirstTeachTheSame() {
        var load = HostLoad(most: 64)
        for _ in 0..<6 { #expect(load.take(isOnly: true, at: .zero).isGo) }
        load.answered()
        refuse(&load, at: .zero)
        refuse(&load, at: .zero)
        for _ in 0..<3 { load.answered() }
        #expect(load.active == 4)
        #expect(!load.take(isOnly: true, at: .seconds(1)).isGo)
        load.giveBack(wasAnswered: true)
        #expect(load.take(isOnly: true, at: .seconds(1)).isGo)
    }

    /// An object that is never to be had says nothing about the others: what was answered at once is again.
    @Test func aBrokenObjectIsNoLimit() {
        var load = HostLoad(most: 64)
        for _ in 0..<8 { _ = load.take(isOnly: true, at: .zero) }
        for _ in 0..<8 { load.answered() }
        for second in 1...3 {
            for _ in 0..<4 { load.giveBack(wasAnswered: true) }
            #expect(load.take(isOnly: true, at: .seconds(second)).isGo)
            refuse(&load, at: .seconds(second))
            load.answered()
            load.giveBack(wasAnswered: true)
            for _ in 0..<4 {
                #expect(load.take(isOnly: true, at: .seconds(second)).isGo)
                load.answered()
            }
        }
    }

    /// All that were on their way when the host was overrun are one refusal.
    @Test func aBurstIsOneRefusal() {
        var load = HostLoad(most: 64)
        for _ in 0..<40 { #expect(load.take(isOnly: true, at: .zero).isGo) }
        for _ in 0..<40 { refuse(&load, at: .milliseconds(2)) }
        #expect(load.take(isOnly: true, at: .milliseconds(500)).failure == nil)
        #expect(load.take(isOnly: true, at: .seconds(1.1)).isGo)
        #expect(load.take(isOnly: true, at: .seconds(1.2)).failure == nil)
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

    /// A server that says twice to come back tomorrow is taken at its word by every file, without being asked again.
    @Test func whoIsToWaitForTooLongIsToldSo() {
        var load = HostLoad(most: 64)
        let tomorrow = Failure(.transient, code: "transfer.http-503", "Busy.", retryAfter: .seconds(3_600))
        #expect(load.take(isOnly: true, at: .zero).isGo)
        refuse(&load, tomorrow, at: .zero)
        #expect(load.take(isOnly: true, at: .seconds(1)).isGo, "it may be that one object")
        refuse(&load, tomorrow, at: .seconds(1))
        #expect(load.take(isOnly: true, at: .seconds(60)).failure == tomorrow)
        #expect(load.take(isOnly: true, at: .seconds(3_601)).isGo)
    }

    /// A later refusal that names no time does not make anybody wait for an hour.
    @Test func nobodyWaitsForLongerThanIsBorne() {
        var load = HostLoad(most: 64)
        let tomorrow = Failure(.transient, code: "transfer.http-503", "Busy.", retryAfter: .seconds(3_600))
        for _ in 0..<3 { #expect(load.take(isOnly: true, at: .zero).isGo) }
        refuse(&load, at: .zero)
        refuse(&load, tomorrow, at: .seconds(1))
        refuse(&load, at: .seconds(2))
        #expect(load.take(isOnly: true, at: .seconds(4)).failure == busy)
        #expect(load.take(isOnly: true, at: .seconds(4)).wait == nil)
    }

    /// A second connection is put off, not done without: another file's refusal is no limit of this one.
    @Test func aSecondConnectionIsPutOff() {
        var load = HostLoad(most: 64)
        #expect(load.take(isOnly: true, at: .zero).isGo)
        refuse(&load, at: .zero)
        #expect(load.take(isOnly: false, at: .milliseconds(1)).wait == .seconds(1) + .milliseconds(1))
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

    fileprivate var wait: Duration? { if case .wait(let time) = self { time } else { nil } }

    fileprivate var failure: Failure? { if case .closed(let failure) = self { failure } else { nil } }
}
