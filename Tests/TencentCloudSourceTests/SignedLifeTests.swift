import Testing
import WherryCore

@testable import TencentCloudSource

/// When URLs end, as far as they say so.
@Suite
struct SignedLifeTests {
    struct Example: Sendable, CustomTestStringConvertible {
        var url: String
        var end: Int64?
        var testDescription: String { url }

        init(_ url: String, _ end: Int64?) { (self.url, self.end) = (url, end) }
    }

    static let examples = [
        Example(
            "https://h/p?q-sign-algorithm=sha1&q-ak=x&q-sign-time=1551952863;1551974523&q-key-time=1;2",
            1_551_974_523
        ),
        Example("https://h/p?q-sign-time=1551952863%3B1551974523", 1_551_974_523),
        Example("https://h/p?q-sign-time=1551952863%3b1551974523&x=%", 1_551_974_523),
        Example(
            "https://h/p?sign=q-sign-algorithm%3Dsha1%26q-sign-time%3D1551952863%3B1551974523%26a%3D",
            1_551_974_523
        ),
        Example("https://h/p?sign=q-sign-time%3D1%3B2", 2),
        Example("https://h/p?sign=a%253D1%2526q-sign-time%253D1%253B2", 2),
        Example("https://h/q-sign-time=1;2", nil),
        Example("https://h/q-sign-time=1;2?token", nil),
        Example("https://h/p?xq-sign-time=1;2", nil),
        Example("https://h/p?q-key-time=1;2", nil),
        Example("https://h/p?q-sign-time=2;2", nil),
        Example("https://h/p?q-sign-time=3;2", nil),
        Example("https://h/p?q-sign-time=1", nil),
        Example("https://h/p?q-sign-time=1;2;3", nil),
        Example("https://h/p?q-sign-time=;2", nil),
        Example("https://h/p?q-sign-time=-1;2", nil),
        Example("https://h/p?q-sign-time=1;2000000000000", nil),
        Example("https://h/p?NuRTyoDugir/5bQ3o46l+x%%2==", nil),
        Example("", nil),
    ]

    @Test(arguments: examples)
    func endIsRead(_ example: Example) {
        #expect(SignedLife.window(in: example.url)?.end == example.end)
    }

    @Test func endIsNeverLaterThanTheLifeAllows() {
        let now = Timestamp(seconds: 10_000)
        // Signed for 600 s by a clock that is 300 s ahead of ours.
        let ahead = SignedLife.expiry(of: ["?q-sign-time=10300;10900"], askedAt: now, life: .seconds(5))
        #expect(ahead == now + .seconds(600))
        // By a clock that is behind ours: what the URL says counts.
        let behind = SignedLife.expiry(of: ["?q-sign-time=9700;10300"], askedAt: now, life: .seconds(5))
        #expect(behind == Timestamp(seconds: 10_300))
    }

    @Test func earliestEndCounts() {
        let now = Timestamp(seconds: 1_000)
        let urls = ["?q-sign-time=1000;4000", "?q-sign-time=1000;3000", "?other"]
        #expect(SignedLife.expiry(of: urls, askedAt: now, life: .seconds(9_000)) == Timestamp(seconds: 3_000))
        #expect(SignedLife.expiry(of: [], askedAt: now, life: .seconds(9)) == Timestamp(seconds: 1_009))
    }
}
