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
        ResponseHead(status: 206, etag: etag, contentLength: length, contentRange: range, contentType: type)
    }

    static let cases: [Case] = [
        Case(testDescription: "whole object", head: ResponseHead(status: 200, contentLength: 5), outcome: "accept"),
        Case(
            testDescription: "whole object of another size",
            head: ResponseHead(status: 200, contentLength: 5),
            expectedSize: 6,
            outcome: "transfer.wrong-size"
        ),
        Case(
            testDescription: "200 for a range",
            head: ResponseHead(status: 200, contentLength: 100),
            offset: 10,
            pinned: pinned,
            outcome: "startOver"
        ),
        Case(
            testDescription: "page of text",
            head: ResponseHead(status: 200, contentLength: 100, contentType: "text/html; charset=utf-8"),
            outcome: "errorPage"
        ),
        Case(
            testDescription: "compressed",
            head: ResponseHead(status: 200, contentLength: 5, contentEncoding: "gzip"),
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
            testDescription: "a part too short",
            head: part("bytes 10-98/100"),
            offset: 10,
            pinned: pinned,
            outcome: "transfer.wrong-range"
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
            outcome: "transfer.object-changed"
        ),
        Case(
            testDescription: "another total",
            head: part("bytes 10-100/101"),
            offset: 10,
            pinned: pinned,
            outcome: "transfer.object-changed"
        ),
        Case(
            testDescription: "no validator at all",
            head: part("bytes 10-99/100", etag: nil),
            offset: 10,
            pinned: pinned,
            outcome: "transfer.object-changed"
        ),
        Case(
            testDescription: "multipart",
            head: part("bytes 10-99/100", type: "multipart/byteranges; boundary=x"),
            offset: 10,
            pinned: pinned,
            outcome: "transfer.wrong-range"
        ),
        Case(
            testDescription: "416 at the end",
            head: ResponseHead(status: 416),
            offset: 100,
            pinned: pinned,
            outcome: "complete"
        ),
        Case(
            testDescription: "416 before",
            head: ResponseHead(status: 416),
            offset: 50,
            pinned: pinned,
            outcome: "transfer.http-416"
        ),
        Case(testDescription: "expired", head: ResponseHead(status: 403), outcome: "refused"),
        Case(testDescription: "gone", head: ResponseHead(status: 410), outcome: "refused"),
        Case(testDescription: "busy", head: ResponseHead(status: 503, retryAfter: "7"), outcome: "transfer.http-503"),
        Case(testDescription: "redirect", head: ResponseHead(status: 302), outcome: "transfer.redirect"),
        Case(testDescription: "teapot", head: ResponseHead(status: 418), outcome: "transfer.http-418"),
    ]

    @Test(arguments: cases)
    func judges(_ example: Case) {
        let verdict = ResponseVerdict.judge(
            example.head,
            offset: example.offset,
            pinned: example.pinned,
            expectedSize: example.expectedSize
        )
        let outcome =
            switch verdict {
            case .accept: "accept"
            case .startOver: "startOver"
            case .complete: "complete"
            case .refused: "refused"
            case .errorPage: "errorPage"
            case .failure(let failure): failure.code
            }
        #expect(outcome == example.outcome)
    }

    @Test func retryAfterIsKept() {
        let verdict = ResponseVerdict.judge(
            ResponseHead(status: 429, retryAfter: "7"),
            offset: 0,
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
