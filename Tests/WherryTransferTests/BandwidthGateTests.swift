import Testing
import WherryCore
import WherryTransfer

@Suite(.timeLimit(.minutes(1)))
struct BandwidthGateTests {
    private let clock = SimulatedClock(leaps: true)

    private func limiter(_ text: String) throws -> BandwidthLimiter {
        BandwidthLimiter(try BandwidthSchedule(text), wallClock: clock.wallClock, zone: .utc, clock: clock)
    }

    struct Chain: Sendable, CustomTestStringConvertible {
        let limits: [String]
        let seconds: Double
        var testDescription: String { limits.joined(separator: " then ") }
    }

    @Test(arguments: [
        Chain(limits: ["10M", "10M"], seconds: 2), Chain(limits: ["10M", "5M", "20M"], seconds: 4),
        Chain(limits: ["off", "10M"], seconds: 2), Chain(limits: ["100K", "100K", "100K"], seconds: 200),
        Chain(limits: ["off", "off"], seconds: 0), Chain(limits: [], seconds: 0),
    ])
    func theLowestLimitRules(_ chain: Chain) async throws {
        let flow = BandwidthGate(try chain.limits.map { try limiter($0) }).open("a")
        for _ in 0..<40 { try await flow.wait(for: 500_000) }
        #expect(abs(clock.elapsed.fractionalSeconds - chain.seconds) <= chain.seconds * 0.01)
    }

    @Test func sinksShareTheLimitOfTheRun() async throws {
        let run = try limiter("10M")
        let slow = BandwidthGate([try limiter("2M"), run])
        let fast = BandwidthGate([try limiter("off"), run])
        let bytes = try await withThrowingTaskGroup(of: (Int, Int).self) { [clock] group in
            for (index, gate) in [slow, fast].enumerated() {
                group.addTask {
                    let flow = gate.open("\(index)")
                    var bytes = 0
                    while clock.elapsed < .seconds(10) {
                        try await flow.wait(for: 16_384)
                        bytes += 16_384
                    }
                    return (index, bytes)
                }
            }
            return try await group.reduce(into: [0, 0]) { $0[$1.0] = $1.1 }
        }
        #expect(abs(Double(bytes[0]) / 2e7 - 1) < 0.03, "\(bytes)")
        #expect(abs(Double(bytes[1]) / 8e7 - 1) < 0.03, "\(bytes)")
        #expect(run.flowCount == 0)
    }
}
