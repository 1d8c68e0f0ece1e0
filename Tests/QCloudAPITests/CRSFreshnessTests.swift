import QCloudAPI
import Testing

@Suite struct CRSFreshnessTests {
    static let now: Int64 = 1_700_000_000

    @Test(arguments: [-300, -1, 0, 1, 300] as [Int64])
    func admitsInsideTheWindow(skew: Int64) {
        var freshness = CRSFreshness()
        #expect(freshness.admit(secretID: "a", timestamp: Self.now + skew, nonce: 1, now: Self.now) == nil)
        #expect(freshness.count == 1)
    }

    @Test(arguments: [now - 301, now + 301, 0, .max, .min])
    func refusesOutsideTheWindow(timestamp: Int64) {
        var freshness = CRSFreshness()
        let error = freshness.admit(secretID: "a", timestamp: timestamp, nonce: 1, now: Self.now)
        #expect(error?.known == .replay)
        #expect(freshness.count == 0)
    }

    @Test func refusesAReplayUntilItsTimestampIsTooOld() {
        var freshness = CRSFreshness()
        #expect(freshness.admit(secretID: "a", timestamp: Self.now + 300, nonce: 1, now: Self.now) == nil)
        for now in [Self.now, Self.now + 300, Self.now + 600, Self.now + 601] {
            let error = freshness.admit(secretID: "a", timestamp: Self.now + 300, nonce: 1, now: now)
            #expect(error?.code == 4500)
        }
        #expect(freshness.count == 0)
    }

    @Test func tellsCallsApart() {
        var freshness = CRSFreshness()
        #expect(freshness.admit(secretID: "a", timestamp: Self.now, nonce: 1, now: Self.now) == nil)
        #expect(freshness.admit(secretID: "b", timestamp: Self.now, nonce: 1, now: Self.now) == nil)
        #expect(freshness.admit(secretID: "a", timestamp: Self.now, nonce: 2, now: Self.now) == nil)
        #expect(freshness.admit(secretID: "a", timestamp: Self.now - 1, nonce: 1, now: Self.now) == nil)
        #expect(freshness.count == 4)
    }

    @Test func forgetsTheOldestTimestampWhenFull() {
        var freshness = CRSFreshness(windowSeconds: 300, capacity: 3)
        for skew in [5, -7, 0, 3] as [Int64] {
            #expect(freshness.admit(secretID: "a", timestamp: Self.now + skew, nonce: 1, now: Self.now) == nil)
        }
        #expect(freshness.count == 3)
        for skew in [5, 0, 3] as [Int64] {
            #expect(freshness.admit(secretID: "a", timestamp: Self.now + skew, nonce: 1, now: Self.now) != nil)
        }
        #expect(freshness.admit(secretID: "a", timestamp: Self.now - 7, nonce: 1, now: Self.now) == nil)
    }

    @Test func forgetsWhatLeftTheWindow() {
        var freshness = CRSFreshness(windowSeconds: 10, capacity: 100_000)
        for step in 0..<2000 as Range<Int64> {
            let skew = step * 7 % 21 - 10
            let admitted = freshness.admit(
                secretID: "a",
                timestamp: Self.now + step + skew,
                nonce: UInt64(step),
                now: Self.now + step
            )
            #expect(admitted == nil)
            #expect(freshness.count <= 21)
        }
        _ = freshness.admit(secretID: "a", timestamp: 0, nonce: 0, now: Self.now + 5000)
        #expect(freshness.count == 0)
    }

    @Test func mendsSenselessSettings() {
        var freshness = CRSFreshness(windowSeconds: -1, capacity: 0)
        #expect(freshness.admit(secretID: "a", timestamp: Self.now, nonce: 1, now: Self.now) == nil)
        #expect(freshness.admit(secretID: "a", timestamp: Self.now, nonce: 1, now: Self.now) != nil)
    }
}
