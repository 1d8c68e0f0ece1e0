import Testing
import WherryCore

@testable import WherryTransfer

/// A request that the host's load puts off.
struct PostponedTests {
    private let size: Int64 = 64 << 20

    /// A transfer of two connections, the first of which is receiving; gives what was asked for.
    private func started() throws -> (machine: TransferMachine, asks: [TransferMachine.Ask]) {
        var settings = TransferSettings()
        (settings.connections, settings.isAdaptive) = (2, false)
        var machine = TransferMachine(
            settings: settings,
            expectedSize: size,
            names: TransferNames(file: "dump.rdb"),
            random: { 1 }
        )
        let hour = Duration.seconds(3_600)
        var actions = machine.start()
        actions += machine.handle(
            .granted(TransferMachine.Grant(generation: 0, remaining: hour, life: hour)),
            at: .zero
        )
        let first = try #require(actions.asks.first)
        actions += machine.handle(.head(first.id, try head(first)), at: .zero)
        return (machine, actions.asks)
    }

    private func head(_ ask: TransferMachine.Ask) throws -> ResponseHead {
        let range = try #require(ask.range)
        var head = ResponseHead(status: 206)
        (head.etag, head.contentRange) = ("\"1\"", "bytes \(range.lowerBound)-\(range.upperBound - 1)/\(size)")
        return head
    }

    /// The connection that goes on wants its next part at once; the other is tried again when its time comes.
    @Test func aSecondConnectionHoldsUpNobody() throws {
        var (machine, asks) = try started()
        #expect(asks.count == 2)
        #expect(machine.handle(.postponed(asks[1].id, .seconds(2)), at: .seconds(1)).asks.isEmpty)
        let range = try #require(asks[0].range)
        #expect(machine.handle(.wrote(asks[0].id, range), at: .seconds(1.5)).asks.isEmpty, "not beside the first")
        let next = machine.handle(.ended(asks[0].id), at: .seconds(1.5)).asks
        #expect(next.count == 1, "at once, and one")
        #expect(machine.handle(.head(next[0].id, try head(next[0])), at: .seconds(1.6)).asks.isEmpty)
        #expect(machine.handle(.tick, at: .seconds(3.1)).asks.count == 1, "its time has come")
    }

    @Test func theOnlyOneWaitsAndIsTheFirstThen() throws {
        var (machine, asks) = try started()
        _ = machine.handle(.postponed(asks[1].id, .milliseconds(1)), at: .seconds(1))
        _ = machine.handle(.wrote(asks[0].id, try #require(asks[0].range)), at: .seconds(1))
        let next = machine.handle(.ended(asks[0].id), at: .seconds(1)).asks
        #expect(machine.handle(.postponed(next[0].id, .seconds(3)), at: .seconds(1)).asks.isEmpty)
        #expect(machine.handle(.tick, at: .seconds(3.9)).asks.isEmpty)
        #expect(machine.handle(.tick, at: .seconds(4)).asks.count == 1, "one finds out")
    }
}

extension [TransferMachine.Action] {
    fileprivate var asks: [TransferMachine.Ask] {
        compactMap { if case .ask(let ask) = $0 { ask } else { nil } }
    }
}
