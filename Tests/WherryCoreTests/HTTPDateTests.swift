import Testing
import WherryCore

struct HTTPDateTests {
    @Test(
        arguments: [
            ("Sun, 06 Nov 1994 08:49:37 GMT", 784_111_777), ("Tue, 14 Nov 2023 22:13:20 GMT", 1_700_000_000),
            ("Sunday, 06-Nov-94 08:49:37 GMT", nil), ("Sun Nov  6 08:49:37 1994", nil), ("", nil),
            ("Sun, 6 Nov 1994 08:49:37 GMT", nil), ("Sun, 06 Foo 1994 08:49:37 GMT", nil),
            ("Sun, 31 Feb 2023 08:49:37 GMT", nil), ("Sun, 06 Nov 1994 08:49:37 CET", nil),
        ] as [(String, Int64?)]
    )
    func isRead(_ text: String, _ seconds: Int64?) {
        #expect(HTTPDate.parse(text)?.seconds == seconds)
    }

    @Test(arguments: [0, 784_111_777, 1_700_000_000, 4_102_444_799] as [Int64])
    func isWrittenAsItIsRead(_ seconds: Int64) {
        #expect(HTTPDate.parse(HTTPDate.format(Timestamp(seconds: seconds)))?.seconds == seconds)
    }
}
