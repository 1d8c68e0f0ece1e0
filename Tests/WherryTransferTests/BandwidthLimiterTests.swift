import Testing
import WherryCore
import WherryTransfer

@Suite(.timeLimit(.minutes(1)))
struct BandwidthLimiterTests {
    private func limiter(_ text: String, _ clock: SimulatedClock) throws -> BandwidthLimiter {
        BandwidthLimiter(try BandwidthSchedule(text), wallClock: clock.wallClock, zone: .utc, clock: clock)
    }

    /// Lets others run until something is so.
    private func until(_ isSo: () -> Bool) async { while !isSo() { await Task.yield() } }

    @Test func bytesTakeTheirTime() async throws {
        let clock = SimulatedClock(leaps: true)
        let flow = try limiter("10M", clock).open("a")
        for _ in 0..<1_000 { try await flow.wait(for: 50_000) }
        #expect(abs(clock.elapsed.fractionalSeconds - 5) < 0.02)
    }

    @Test(arguments: [2, 7, 16])
    func flowsShare(count: Int) async throws {
        let clock = SimulatedClock(leaps: true)
        let limiter = try limiter("10M", clock)
        let bytes = try await withThrowingTaskGroup(of: Int.self) { group in
            for index in 0..<count {
                group.addTask {
                    let flow = limiter.open("flow \(index)")
                    var bytes = 0
                    while clock.elapsed < .seconds(10) {
                        try await flow.wait(for: 32_768)
                        bytes += 32_768
                    }
                    return bytes
                }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(abs(Double(bytes.reduce(0, +)) / 1e8 - 1) < 0.03)
        #expect(jainIndex(bytes) > 0.98, "\(bytes)")
        #expect(limiter.flowCount == 0)
        #expect(limiter.waitingCount == 0)
    }

    @Test func aRequestMayBeLargerThanABurst() async throws {
        let clock = SimulatedClock(leaps: true)
        try await limiter("1M", clock).open("a").wait(for: 3_000_000)
        #expect(abs(clock.elapsed.fractionalSeconds - 3) < 0.01)
    }

    @Test func theTimetableRulesWhileBytesWait() async throws {
        let start = try #require(Timestamp("2026-06-01T17:59:50Z"))
        let clock = SimulatedClock(startingAt: start, leaps: true)
        let flow = try limiter("08:00-18:00=1M, 18:00-18:01=4M, otherwise=off", clock).open("a")
        try await flow.wait(for: 10_000_000 + 240_000_000)
        #expect(abs(clock.elapsed.fractionalSeconds - 70) < 1.1)
        let before = clock.elapsed
        try await flow.wait(for: 1_000_000_000_000)
        #expect(clock.elapsed - before < .milliseconds(1_100))
    }

    @Test func anotherScheduleFreesThoseWhoWait() async throws {
        let clock = SimulatedClock()
        let limiter = try limiter("1K", clock)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<5 { group.addTask { try await limiter.open("a").wait(for: 100_000) } }
            await until { limiter.waitingCount == 5 && clock.sleeperCount == 1 }
            limiter.change(to: .unlimited)
            clock.advance(by: .seconds(1))
            try await group.waitForAll()
        }
        #expect(limiter.waitingCount == 0)
    }

    @Test func cancellationLeavesNothingBehind() async throws {
        let clock = SimulatedClock()
        let limiter = try limiter("1M", clock)
        let flows = (0..<4).map { limiter.open("\($0)") }
        let tasks = flows.map { flow in Task { try await flow.wait(for: 500_000) } }
        await until { limiter.waitingCount == 4 && clock.sleeperCount == 1 }
        clock.advance(by: .milliseconds(100))
        await until { clock.sleeperCount == 1 }
        for (index, task) in tasks.enumerated() {
            task.cancel()
            await #expect(throws: CancellationError.self) { try await task.value }
            #expect(limiter.waitingCount == 3 - index)
            // Another leads.
            await until { clock.sleeperCount == (index == 3 ? 0 : 1) }
        }
        // What they had was given back: a whole burst is there at once.
        try await limiter.open("late").wait(for: 65_536)
    }

    @Test func whoIsCancelledBeforehandDoesNotWait() async throws {
        let clock = SimulatedClock()
        let limiter = try limiter("1K", clock)
        let task = Task {
            while !Task.isCancelled { await Task.yield() }
            try await limiter.open("a").wait(for: 100_000)
        }
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
        #expect(limiter.waitingCount == 0)
        #expect(limiter.flowCount == 0)
    }

    @Test func manyComeAndGo() async throws {
        let clock = SimulatedClock(leaps: true)
        let limiter = try limiter("1M", clock)
        await withTaskGroup(of: Void.self) { group in
            for index in 0..<300 {
                group.addTask {
                    let task = Task {
                        let flow = limiter.open("\(index)")
                        for _ in 0..<5 { try await flow.wait(for: 10_000 + index) }
                    }
                    for _ in 0..<index % 40 { await Task.yield() }
                    if index.isMultiple(of: 2) { task.cancel() }
                    _ = await task.result
                }
            }
        }
        #expect(limiter.flowCount == 0)
        #expect(limiter.waitingCount == 0)
    }

    @Test func withoutALimitItCostsNextToNothing() async throws {
        let clock = SimulatedClock()
        let flow = BandwidthLimiter(.unlimited, wallClock: clock.wallClock, clock: .continuous).open("a")
        let time = try await ContinuousClock().measure { for _ in 0..<100_000 { try await flow.wait(for: 65_536) } }
        #expect(time / 100_000 < .microseconds(5), "\(time / 100_000)")
    }

    @Test func worksOnTheRealClock() async throws {
        let limiter = BandwidthLimiter(try BandwidthSchedule("20M"), wallClock: SimulatedClock().wallClock)
        let time = try await ContinuousClock().measure {
            try await withThrowingTaskGroup(of: Void.self) { group in
                for index in 0..<4 {
                    group.addTask {
                        let flow = limiter.open("\(index)")
                        for _ in 0..<16 { try await flow.wait(for: 65_536) }
                    }
                }
                try await group.waitForAll()
            }
        }
        // 4 MiB at 20 MB/s are 210 ms.
        #expect(time > .milliseconds(200))
        #expect(time < .seconds(60))
    }
}
