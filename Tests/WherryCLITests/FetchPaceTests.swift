import Testing

@testable import WherryCLI

/// How many files `wherry fetch` has under way.
struct FetchPaceTests {
    private func full(_ pace: inout FetchPace) -> Int {
        var count = 0
        while pace.hasRoom {
            pace.begin()
            count += 1
        }
        return count
    }

    @Test func soManyComeOverTheNetworkAsWereAskedFor() {
        var pace = FetchPace(jobs: 3, unpublished: 2)
        #expect(full(&pace) == 3)
        pace.note(.ended(wasVerified: false))
        #expect(full(&pace) == 1)
    }

    @Test func whatIsVerifiedMakesRoomUntilTooManyWaitForTheDisk() {
        var pace = FetchPace(jobs: 3, unpublished: 2)
        #expect(full(&pace) == 3)
        pace.note(.verified)
        #expect(full(&pace) == 1)
        pace.note(.verified)
        #expect(full(&pace) == 0)
        pace.note(.ended(wasVerified: true))
        #expect(full(&pace) == 1)
    }

    @Test func isIdleOnceAllHaveEnded() {
        var pace = FetchPace(jobs: 2)
        #expect(pace.isIdle)
        pace.begin()
        pace.begin()
        pace.note(.verified)
        pace.note(.ended(wasVerified: true))
        #expect(!pace.isIdle)
        pace.note(.ended(wasVerified: false))
        #expect(pace.isIdle)
    }
}
