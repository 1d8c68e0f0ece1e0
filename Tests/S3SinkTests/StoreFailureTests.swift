import Testing
import WherryCore
import WherryPluginKit

@testable import S3Sink

@Suite
struct StoreFailureTests {
    @Test(arguments: [
        ("NoSuchBucket", 404, FailureClass.configuration, "s3.no-bucket"),
        ("AccessDenied", 403, .authentication, "s3.access-denied"),
        ("InvalidAccessKeyId", 403, .authentication, "s3.bad-key"),
        ("SignatureDoesNotMatch", 403, .authentication, "s3.bad-key"),
        ("ExpiredToken", 400, .authentication, "s3.bad-token"),
        ("RequestTimeTooSkewed", 403, .authentication, "s3.clock"),
        ("PermanentRedirect", 301, .configuration, "s3.region"), ("SlowDown", 503, .transient, "s3.busy"),
        ("InternalError", 500, .transient, "s3.busy"), ("NoSuchUpload", 404, .transient, "s3.no-upload"),
        ("InvalidPart", 400, .transient, "s3.parts-lost"),
        ("XAmzContentSHA256Mismatch", 400, .transient, "s3.damaged-on-the-way"),
        ("EntityTooSmall", 400, .configuration, "s3.part-size"),
        ("EntityTooLarge", 400, .configuration, "s3.too-large"),
        ("NoSuchKey", 404, .notFound, "s3.no-object"), ("NotImplemented", 501, .unsupported, "s3.not-implemented"),
        ("InvalidStorageClass", 400, .configuration, "s3.refused-request"),
        ("QuotaExceeded", 403, .exhausted, "s3.full"), ("InvalidObjectState", 403, .conflict, "s3.archived"),
        ("SomethingNew", 418, .configuration, "s3.unknown"), ("SomethingNew", 599, .transient, "s3.unknown"),
        ("", 404, .notFound, "s3.no-object"), ("", 403, .authentication, "s3.access-denied"),
        ("", 502, .transient, "s3.busy"),
    ])
    func codesHaveMeanings(code: String, status: Int, failureClass: FailureClass, expected: String) {
        let body = code.isEmpty ? "" : "<Error><Code>\(code)</Code><Message>m</Message></Error>"
        let failure = StoreFailure.failure(
            of: HTTPExchangeResponse(status: status, body: Array(body.utf8)),
            doing: "asking",
            host: "store",
            secrets: []
        )
        #expect(failure.failureClass == failureClass)
        #expect(failure.code == expected)
        #expect(failure.remedy != nil)
    }

    @Test func strangersWordsAreTamed() {
        let words = "key SECRET\u{1B}[31m " + String(repeating: "x", count: 500)
        let body = "<Error><Code>Odd</Code><Message>\(words)</Message></Error>"
        let failure = StoreFailure.failure(
            of: HTTPExchangeResponse(status: 400, body: Array(body.utf8)),
            doing: "asking",
            host: "store",
            secrets: ["SECRET", ""]
        )
        #expect(!failure.message.contains("SECRET"))
        #expect(!failure.message.contains("\u{1B}"))
        #expect(failure.message.count < 400)
    }

    @Test func aStoreThatSaysWhenIsHeard() {
        let answer = HTTPExchangeResponse(status: 503, headers: [("Retry-After", "7")])
        let failure = StoreFailure.failure(of: answer, doing: "asking", host: "store", secrets: [])
        #expect(failure.retryAfter == .seconds(7))
        var pause = RetryPause(tries: 3)
        #expect(pause.next(after: failure, random: 0) == .seconds(7))
        #expect(pause.next(after: failure, random: 0) == .seconds(7))
        #expect(pause.next(after: failure, random: 0) == nil)
    }
}
