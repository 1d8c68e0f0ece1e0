import Testing
import WherryCore
import WherryTestSupport
import WherryTransfer

@Suite
struct TokenBucketTests {
    /// Takes for so long, as fast as it may, with a pause now and then.
    private func passages(
        of rate: ByteRate,
        for duration: Duration,
        chunks: ClosedRange<Int>,
        pauses: Bool = false
    ) -> [Passage] {
        var random = SeededRandom(seed: UInt64(rate.bytesPerSecond))
        var bucket = TokenBucket()
        var now = Duration.zero
        var passages: [Passage] = []
        while true {
            if pauses, Int.random(in: 0..<50, using: &random) == 0 {
                now += .milliseconds(Int.random(in: 0..<300, using: &random))
            }
            let bytes = Int.random(in: chunks, using: &random)
            now += bucket.take(bytes, at: now, rate: rate)
            guard now <= duration else { return passages }
            passages.append(Passage(at: now, bytes: bytes))
        }
    }

    @Test(arguments: [1_000_000, 3_333_333, 10_000_000, 123_456_789, 1_000_000_000])
    func aMinutesBytesAreWithinHalfAPercent(rate: Int64) {
        let rate = ByteRate(bytesPerSecond: rate)
        let passages = passages(of: rate, for: .seconds(60), chunks: 1...max(16_384, Int(rate.bytesPerSecond / 250)))
        let share = Double(passages.reduce(0) { $0 + $1.bytes }) / Double(rate.bytes(in: .seconds(60)))
        #expect(share > 0.995)
        #expect(share <= 1)
    }

    @Test(arguments: [20_000, 1_000_000, 10_000_000, 250_000_000])
    func noStretchOfTimeHasMoreThanRateAndBurst(rate: Int64) {
        let rate = ByteRate(bytesPerSecond: rate)
        let passages = passages(of: rate, for: .seconds(20), chunks: 1...TokenBucket.burst(of: rate), pauses: true)
        #expect(passages.excess(over: rate) <= Double(TokenBucket.burst(of: rate)) + 1)
    }

    @Test func aRestEarnsNoMoreThanABurst() {
        var bucket = TokenBucket()
        _ = bucket.take(1, at: .zero, rate: .M(10))
        let burst = TokenBucket.burst(of: .M(10))
        #expect(burst == 800_000)
        #expect(bucket.delay(of: burst, at: .seconds(7_200), rate: .M(10)) == .zero)
        #expect(bucket.delay(of: burst + 10, at: .seconds(7_200), rate: .M(10)) == .microseconds(1))
    }

    @Test func aNewRateRulesFromNowOn() {
        var bucket = TokenBucket()
        #expect(bucket.take(1_000_000, at: .zero, rate: .M(1)) == .seconds(1))
        #expect(bucket.delay(of: 0, at: .milliseconds(500), rate: .M(10)) == .milliseconds(50))
        #expect(bucket.delay(of: 0, at: .milliseconds(525), rate: .M(1)) == .milliseconds(250))
    }

    @Test func aSmallerBucketSpillsWhatItCannotHold() {
        var bucket = TokenBucket()
        _ = bucket.take(1, at: .zero, rate: .M(100))
        #expect(bucket.delay(of: 8_000_000, at: .seconds(1), rate: .M(100)) == .zero)
        #expect(bucket.delay(of: 80_000, at: .seconds(1), rate: .M(1)) == .zero)
        #expect(bucket.delay(of: 90_000, at: .seconds(1), rate: .M(1)) == .milliseconds(10))
    }

    @Test func bytesPutBackAreThereAgain() {
        var bucket = TokenBucket()
        _ = bucket.take(1_000_000, at: .zero, rate: .M(1))
        bucket.putBack(1_000_000)
        #expect(bucket.delay(of: 1_000, at: .zero, rate: .M(1)) == .milliseconds(1))
    }

    @Test func aClockThatStepsBackAddsNothing() {
        var bucket = TokenBucket()
        _ = bucket.take(100_000, at: .seconds(1), rate: .M(1))
        #expect(bucket.delay(of: 0, at: .zero, rate: .M(1)) == bucket.delay(of: 0, at: .seconds(1), rate: .M(1)))
    }
}
