import Testing

@testable import WherryTransfer

struct RetryAfterTests {
    private let now = "Sun, 29 Nov 2026 18:59:50 GMT"

    @Test(arguments: [("0", 0), ("7", 7), ("-3", 0), ("99999", 3_600)])
    func takesSeconds(_ example: (field: String, seconds: Int64)) {
        #expect(RetryAfter.wait(example.field, date: nil) == .seconds(example.seconds))
    }

    @Test(arguments: [
        ("Sun, 29 Nov 2026 19:00:05 GMT", 15), ("Sun, 29 Nov 2026 18:00:00 GMT", 0),
        ("Tue, 01 Dec 2026 00:00:00 GMT", 3_600),
    ])
    func takesADateByTheClockOfTheServer(_ example: (field: String, seconds: Int64)) {
        #expect(RetryAfter.wait(example.field, date: now) == .seconds(example.seconds))
        #expect(RetryAfter.wait(example.field, date: nil) == nil)
    }

    @Test(arguments: [
        nil, "", "soon", "1.5", "Sun, 29 Foo 2026 19:00:05 GMT", "Sun, 99 Nov 2026 19:00:05 GMT", "a b c d e GMT",
    ])
    func takesNothingElse(_ field: String?) {
        #expect(RetryAfter.wait(field, date: now) == nil)
    }
}
