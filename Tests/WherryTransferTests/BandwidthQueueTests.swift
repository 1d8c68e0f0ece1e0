import Testing
import WherryCore
import WherryTestSupport
import WherryTransfer

@Suite
struct BandwidthQueueTests {
    @Test(arguments: [1, 2, 3, 5, 8, 16], [2, 10, 200])
    func greedyFlowsHaveEqualShares(flows: Int, megabytes: Int64) {
        var random = SeededRandom(seed: UInt64(flows))
        let readers = (0..<flows).map { _ in
            LinkSimulation.Reader(start: .milliseconds(Int.random(in: 0..<1_000, using: &random)))
        }
        var link = LinkSimulation(readers, seed: UInt64(flows)) { _ in .M(megabytes) }
        link.run(until: .seconds(11))
        let bytes = link.bytes(in: .seconds(1)..<(.seconds(11)))
        #expect(jainIndex(bytes) > 0.99, "\(bytes)")
        let total = Double(bytes.reduce(0, +)) / Double(megabytes * 10_000_000)
        #expect(total > 0.97, "\(total)")
        #expect(link.all.excess(over: .M(megabytes)) < Double(TokenBucket.burst(of: .M(megabytes)) + 65_536 * flows))
    }

    @Test func largeRequestsEarnNoMoreThanSmallOnes() {
        let sizes = [4_096...4_096, 65_536...65_536, 1_048_576...1_048_576]
        var link = LinkSimulation(sizes.map { LinkSimulation.Reader(chunks: $0, pauses: 1...20) }) { _ in .M(5) }
        link.run(until: .seconds(30))
        let bytes = link.bytes(in: .zero..<(.seconds(30)))
        #expect(jainIndex(bytes) > 0.99, "\(bytes)")
    }

    @Test func whatAModestFlowLeavesIsUsed() {
        // Asks for 1 KB each 10 ms: 100 KB/s of its 2.5 MB/s.
        let modest = LinkSimulation.Reader(chunks: 1_000...1_000, pauses: 10_000...10_000)
        var link = LinkSimulation([modest] + Array(repeating: .init(), count: 3)) { _ in .M(10) }
        link.run(until: .seconds(20))
        let bytes = link.bytes(in: .zero..<(.seconds(20)))
        #expect(bytes[0] > 1_200_000, "\(bytes)")
        #expect(bytes[0] < 2_000_000, "\(bytes)")
        #expect(jainIndex(Array(bytes[1...])) > 0.999)
        #expect(bytes.reduce(0, +) > 198_000_000)
    }

    @Test func sharesFollowThoseWhoComeAndGo() {
        let guest = LinkSimulation.Reader(start: .seconds(10), end: .seconds(20))
        var link = LinkSimulation([.init(), guest]) { _ in .M(10) }
        link.run(until: .seconds(30))
        for (span, first) in [(0..<10, 100.0), (10..<20, 50), (20..<30, 100)] {
            let bytes = link.bytes(in: .seconds(span.lowerBound)..<(.seconds(span.upperBound)))
            #expect(abs(Double(bytes[0]) / 1e6 - first) < 1.5, "\(span): \(bytes)")
        }
    }

    @Test func aPauseEarnsNoPriority() {
        let late = LinkSimulation.Reader(start: .zero, chunks: 65_536...65_536, pauses: 1...300)
        var queue = BandwidthQueue()
        let (resting, busy) = (queue.join(), queue.join())
        _ = queue.ask(1_000, for: resting)
        var now = Duration.zero
        for _ in 0..<2_000 {
            _ = queue.ask(late.chunks.upperBound, for: busy)
            while let wait = queue.serve(at: now, rate: .M(10)).wait { now += wait }
        }
        // Back after 131 MB of the other: ahead of it by one burst, then they alternate.
        var served = [resting: 0, busy: 0]
        var open: [FairShare.Ticket: FairShare.FlowID] = [:]
        for flow in [resting, busy] { for _ in 0..<100 { open[queue.ask(65_536, for: flow)] = flow } }
        while served[resting, default: 0] < 50 {
            let progress = queue.serve(at: now, rate: .M(10))
            for ticket in progress.done { if let flow = open[ticket] { served[flow, default: 0] += 1 } }
            now += progress.wait ?? .zero
        }
        #expect((36...39).contains(served[busy, default: 0]), "\(served)")
    }

    @Test func theTimetableRulesInMidFlow() {
        let readers = Array(repeating: LinkSimulation.Reader(), count: 4)
        var link = LinkSimulation(readers) { $0 < .seconds(10) ? .M(10) : $0 < .seconds(20) ? .M(2) : .M(40) }
        link.run(until: .seconds(30))
        for (start, megabytes) in [(0, 100.0), (10, 20), (20, 400)] {
            let total = link.bytes(in: .seconds(start)..<(.seconds(start + 10))).reduce(0, +)
            #expect(abs(Double(total) / 1e6 / megabytes - 1) < 0.03, "\(start): \(total)")
        }
    }

    @Test func withoutARateAllPassAtOnce() {
        var queue = BandwidthQueue()
        let flow = queue.join()
        let tickets = (0..<3).map { _ in queue.ask(1_000_000_000, for: flow) }
        let progress = queue.serve(at: .zero, rate: nil)
        #expect(progress.done == tickets)
        #expect(progress.wait == nil)
    }

    @Test func aWithdrawnRequestGivesItsBytesBack() {
        var queue = BandwidthQueue()
        let flow = queue.join()
        let large = queue.ask(1_000_000, for: flow)
        _ = queue.serve(at: .milliseconds(1), rate: .M(10))
        // 10 KB came; a portion is 64 KiB. At 50 ms seven portions have come.
        #expect(queue.serve(at: .milliseconds(50), rate: .M(10)).done.isEmpty)
        let answers = [queue.withdraw(large), queue.withdraw(large)]
        #expect(answers == [true, false])
        let small = queue.ask(490_000, for: flow)
        #expect(queue.serve(at: .milliseconds(50), rate: .M(10)).done == [small])
    }
}
