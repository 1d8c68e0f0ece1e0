import Testing

@testable import WherryTransfer

struct PaceTests {
    private var settings: TransferSettings {
        var settings = TransferSettings()
        (settings.stallTimeout, settings.minimumRate) = (.seconds(10), 100)
        return settings
    }

    @Test func nothingForTheWholeTimeIsAStall() {
        var pace = Pace(from: .seconds(5))
        #expect(pace.judge(at: .seconds(14), isReceiving: false, settings) == .fine)
        #expect(pace.judge(at: .seconds(15), isReceiving: false, settings) == .stalled)
        pace.progressed(at: .seconds(15))
        #expect(pace.judge(at: .seconds(24), isReceiving: false, settings) == .fine)
    }

    @Test func tooLittleOfABodyIsACrawl() {
        var pace = Pace(from: .zero)
        for second in 1...9 { pace.came(99, at: .seconds(second)) }
        #expect(pace.judge(at: .seconds(9), isReceiving: true, settings) == .fine, "not yet")
        pace.came(10, at: .seconds(10))
        #expect(pace.judge(at: .seconds(10), isReceiving: false, settings) == .fine, "no body, no crawl")
        #expect(pace.judge(at: .seconds(10), isReceiving: true, settings) == .crawls)
    }

    @Test func eachWindowIsJudgedByItself() {
        var pace = Pace(from: .zero)
        pace.came(1_000_000, at: .seconds(9))
        #expect(pace.judge(at: .seconds(10), isReceiving: true, settings) == .fine)
        for second in 11...20 { pace.came(50, at: .seconds(second)) }
        #expect(pace.judge(at: .seconds(20), isReceiving: true, settings) == .crawls)
    }

    @Test func whoWaitsForOthersIsNotJudged() {
        var pace = Pace(from: .zero)
        pace.progressed(at: .seconds(3_600))
        pace.beginWindow(at: .seconds(3_600))
        #expect(pace.judge(at: .seconds(3_000), isReceiving: true, settings) == .fine)
    }
}
