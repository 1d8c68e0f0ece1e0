import QCloudAPI
import Testing

@Suite struct CRSTimeFormatTests {
    struct Moment: Sendable, CustomTestStringConvertible {
        let text: String
        let seconds: Int64
        var testDescription: String { text }
    }

    // Seconds computed with GNU date: date -u -d '2017-02-08 16:46:34' +%s and so on.
    @Test(arguments: [
        Moment(text: "1970-01-01 00:00:00", seconds: 0),
        Moment(text: "2017-02-08 16:46:34", seconds: 1_486_572_394),
        Moment(text: "2000-02-29 23:59:59", seconds: 951_868_799),
        Moment(text: "2000-03-01 00:00:00", seconds: 951_868_800),
        Moment(text: "2024-12-31 23:59:59", seconds: 1_735_689_599),
        Moment(text: "1969-12-31 23:59:59", seconds: -1),
        Moment(text: "1900-03-01 00:00:00", seconds: -2_203_891_200),
        Moment(text: "0001-01-01 00:00:00", seconds: -62_135_596_800),
        Moment(text: "9999-12-31 23:59:59", seconds: 253_402_300_799),
    ])
    func readsAndWritesUTC(moment: Moment) {
        let utc = CRSTimeFormat(utcOffsetSeconds: 0)
        #expect(utc.parse(moment.text) == moment.seconds)
        #expect(utc.format(moment.seconds) == moment.text)
    }

    @Test func usesBeijingTimeByDefault() {
        #expect(CRSTimeFormat().parse("2017-02-08 16:46:34") == 1_486_543_594)
        #expect(CRSTimeFormat().format(0) == "1970-01-01 08:00:00")
        #expect(CRSTimeFormat(utcOffsetSeconds: -18_000).format(0) == "1969-12-31 19:00:00")
    }

    @Test(arguments: [
        "", "2017-02-08", "2017-02-29 00:00:00", "1900-02-29 00:00:00", "2017-13-01 00:00:00", "2017-00-01 00:00:00",
        "2017-04-31 00:00:00", "2017-04-00 00:00:00", "2017-01-01 24:00:00", "2017-01-01 00:60:00",
        "2017-01-01 00:00:60", "0000-00-00 00:00:00", "2017-01-01T00:00:00", "2017-1-01 00:00:000",
        " 017-01-01 00:00:00", "+017-01-01 00:00:00", "2017-01-01 00:00:00Z", "２０17-01-01 00:00", "2017/01/01 00:00:00",
    ])
    func refusesImpossibleTimes(text: String) {
        #expect(CRSTimeFormat().parse(text) == nil)
    }

    @Test func clampsWhatHasNoText() {
        #expect(CRSTimeFormat().format(.max) == "9999-12-31 23:59:59")
        #expect(CRSTimeFormat().format(.min) == "0001-01-01 00:00:00")
        #expect(CRSTimeFormat(utcOffsetSeconds: -3600).format(.min) == "0001-01-01 00:00:00")
    }

    @Test func everyDayOfEightHundredYearsFollowsTheOneBefore() throws {
        let utc = CRSTimeFormat(utcOffsetSeconds: 0)
        var previous = ""
        var seconds = try #require(utc.parse("1601-01-01 12:34:56"))
        var strays = 0
        for _ in 0..<292_194 {
            let text = utc.format(seconds)
            if utc.parse(text) != seconds || text <= previous { strays += 1 }
            previous = text
            seconds += 86_400
        }
        #expect(strays == 0)
        #expect(previous == "2400-12-31 12:34:56")
    }
}
