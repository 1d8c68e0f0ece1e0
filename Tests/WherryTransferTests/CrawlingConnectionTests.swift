import Testing
import WherryCore

@testable import WherryTransfer

/// A connection that crawls while others are fast.
struct CrawlingConnectionTests {
    /// What it has left is fetched anew by another; what it brings afterwards is neither counted nor asked for twice.
    @Test func isReplacedAndItsBytesAreNotWrittenTwice() throws {
        let size: Int64 = 64 << 20
        var settings = TransferSettings()
        (settings.connections, settings.isAdaptive) = (2, false)
        var machine = TransferMachine(
            settings: settings,
            expectedSize: size,
            names: TransferNames(file: "dump.rdb"),
            random: { 1 }
        )
        var asks: [TransferMachine.Ask] = []
        var dropped: [ExchangeID] = []
        var now = Duration.zero
        func note(_ actions: [TransferMachine.Action]) {
            for action in actions {
                switch action {
                case .ask(let ask): asks.append(ask)
                case .drop(let id): dropped.append(id)
                default: break
                }
            }
        }
        func head(_ ask: TransferMachine.Ask) throws -> ResponseHead {
            let range = try #require(ask.range)
            var head = ResponseHead(status: 206)
            (head.etag, head.contentRange) = ("\"1\"", "bytes \(range.lowerBound)-\(range.upperBound - 1)/\(size)")
            return head
        }
        note(machine.start())
        let hour = Duration.seconds(3_600)
        note(machine.handle(.granted(TransferMachine.Grant(generation: 0, remaining: hour, life: hour)), at: now))
        let slow = try #require(asks.first)
        note(machine.handle(.head(slow.id, try head(slow)), at: now))
        let end = try #require(slow.range).upperBound
        // The first connection brings 4 KiB a second, the others 8 MiB.
        var next = 1
        var position: Int64 = 0
        while !dropped.contains(slow.id), next < asks.count, now < .seconds(60) {
            let ask = asks[next]
            next += 1
            note(machine.handle(.head(ask.id, try head(ask)), at: now))
            var range = try #require(ask.range)
            while !range.isEmpty, !dropped.contains(slow.id) {
                let stop = min(range.upperBound, range.lowerBound + 8 << 20)
                now += .seconds(1)
                note(machine.handle(.wrote(slow.id, position..<position + 4_096), at: now))
                position += 4_096
                note(machine.handle(.wrote(ask.id, range.lowerBound..<stop), at: now))
                range = stop..<range.upperBound
            }
            if range.isEmpty { note(machine.handle(.ended(ask.id), at: now)) }
        }
        #expect(dropped.contains(slow.id))
        let anew = asks.compactMap(\.range).filter { $0.lowerBound >= position && $0.upperBound <= end }
        #expect(anew.map(\.lowerBound).min() == position, "the rest of the slow one")
        let done = machine.plan.done.count
        note(machine.handle(.wrote(slow.id, position..<position + 4_096), at: now))
        #expect(machine.plan.done.count == done, "a late byte of who was given up")
    }
}
