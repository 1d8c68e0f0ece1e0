import QCloudAPI
import Testing

/// UTC offsets as the configuration spells them.
@Suite
struct CRSTimeFormatOffsetTests {
    @Test(arguments: [
        ("+08:00", 28_800), ("+0800", 28_800), ("-0530", -19_800), ("+00:00", 0), ("Z", 0), ("UTC", 0),
        ("+14:00", 50_400), ("-03:30", -12_600),
    ])
    func isRead(_ text: String, _ seconds: Int) {
        #expect(CRSTimeFormat(offset: text)?.utcOffsetSeconds == seconds)
    }

    @Test(arguments: [
        "", "8", "08:00", "+8", "+8:00", "+15:00", "+08:60", "+08-00", "+:0800", "utc", "+08:00 ", "+٠٨:٠٠",
    ])
    func otherTextsAreNone(_ text: String) {
        #expect(CRSTimeFormat(offset: text) == nil)
    }
}
