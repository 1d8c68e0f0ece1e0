import Testing
import WherryCore

@testable import WherryTransfer

/// What each kind of answer means, without a socket.
@Suite
struct ResponseVerdictTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var head: ResponseHead
        var offset: Int64 = 0
        var pinned: ObjectIdentity?
        var expectedSize: Int64?
        var outcome: String
    }

    private static let pinned = ObjectIdentity(size: 100, etag: "\"a\"", lastModified: nil)

    private static func part(_ range: String, etag: String? = "\"a\"", length: Int64? = nil, type: String? = nil)
        -> ResponseHead
    {
        head(206) { ($0.etag, $0.contentLength, $0.contentRange, $0.contentType) = (etag, length, range, type) }
    }

    private static func head(_ status: Int, _ change: (inout ResponseHead) -> Void = { _ in }) -> ResponseHead {
        var head = ResponseHead(status: status)
        change(&head)
        return head
    }

    static let cases: [Case] = [
        Case(testDescription: "whole object", head: head(200) { $0.contentLength = 5 }, outcome: "accept"),
        Case(
            testDescription: "whole object of another size",
            head: head(200) { $0.contentLength = 5 },
            expectedSize: 6,
            outcome: "transfer.wrong-size"
        ),
        Case(
            testDescription: "200 for a range",
            head: head(200) { ($0.contentLength, $0.etag) = (100, "\"a\"") },
            offset: 10,
            pinned: pinned,
            outcome: "whole"
        ),
        Case(
            testDescription: "page of text",
            head: head(200) {
                $0.contentLength = 100; $0.contentType = "text/html; charset=utf-8"
            },
            outcome: "errorPage"
        ),
        Case(
            testDescription: "compressed",
            head: head(200) {
                $0.contentLength = 5; $0.contentEncoding = "gzip"
            },
            outcome: "transfer.encoded"
        ),
        Case(testDescription: "the rest", head: part("bytes 10-99/100"), offset: 10, pinned: pinned, outcome: "accept"),
        Case(
            testDescription: "another part",
            head: part("bytes 11-99/100"),
            offset: 10,
            pinned: pinned,
            outcome: "transfer.wrong-range"
        ),
        Case(
            testDescription: "a part of the part",
            head: part("bytes 10-98/100"),
            offset: 10,
            pinned: pinned,
            outcome: "accept"
        ),
        Case(
            testDescription: "length against range",
            head: part("bytes 10-99/100", length: 89),
            offset: 10,
            pinned: pinned,
            outcome: "transfer.wrong-range"
        ),
        Case(
            testDescription: "another object of the same size",
            head: part("bytes 10-99/100", etag: "\"b\""),
            offset: 10,
            pinned: pinned,
            outcome: "changed"
        ),
        Case(
            testDescription: "another total",
            head: part("bytes 10-100/101"),
            offset: 10,
            pinned: pinned,
            outcome: "changed"
        ),
        Case(
            testDescription: "no validator at all",
            head: part("bytes 10-99/100", etag: nil),
            offset: 10,
            pinned: pinned,
            outcome: "changed"
        ),
        Case(
            testDescription: "multipart",
            head: part("bytes 10-99/100", type: "multipart/byteranges; boundary=x"),
            offset: 10,
            pinned: pinned,
            outcome: "transfer.wrong-range"
        ),
        Case(
            testDescription: "416 before",
            head: head(416),
            offset: 50,
            pinned: pinned,
            outcome: "transfer.http-416"
        ),
        Case(testDescription: "expired", head: head(403), outcome: "refused"),
        Case(testDescription: "gone", head: head(410), outcome: "refused"),
        Case(testDescription: "busy", head: head(503) { $0.retryAfter = "7" }, outcome: "transfer.http-503"),
        Case(testDescription: "redirect", head: head(302), outcome: "transfer.redirect"),
        Case(testDescription: "teapot", head: head(418), outcome: "transfer.http-418"),
    ]

    @Test(arguments: cases)
    func judges(_ example: Case) {
        let verdict = ResponseVerdict.judge(
            example.head,
            asked: example.offset > 0 ? example.offset..<Int64.max : nil,
            pinned: example.pinned,
            expectedSize: example.expectedSize
        )
        let outcome =
            switch verdict {
            case .accept: "accept"
            case .whole: "whole"
            case .changed: "changed"
            case .refused: "refused"
            case .errorPage: "errorPage"
            case .anomaly(let failure), .failure(let failure): failure.code
            }
        #expect(outcome == example.outcome)
    }

    @Test func retryAfterIsKept() {
        let verdict = ResponseVerdict.judge(
            Self.head(429) { $0.retryAfter = "7" },
            asked: nil,
            pinned: nil,
            expectedSize: nil
        )
        guard case .failure(let failure) = verdict else {
            Issue.record("429 must be a failure")
            return
        }
        #expect(failure.retryAfter == .seconds(7))
        #expect(failure.failureClass == .transient)
    }

    @Test func onlyStrongETagsGoIntoIfRange() {
        #expect(ObjectIdentity(size: 1, etag: "W/\"a\"").ifRange == nil)
        #expect(ObjectIdentity(size: 1, etag: "\"a\"").ifRange == "\"a\"")
        #expect(ObjectIdentity(size: 1, etag: nil).ifRange == nil)
    }
}
