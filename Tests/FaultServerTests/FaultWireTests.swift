import Testing
import WherryTestSupport

/// What single behaviors put on the wire.
@Suite(.timeLimit(.minutes(1)))
struct FaultWireTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let name: String
        var requests: [[String]] = [[]]
        var status = "HTTP/1.1 200 OK"
        var ending = Wire.Ending.fin
        var contains: [String] = []
        var lacks: [String] = []
        var bodyBytes: Int64?

        var testDescription: String { name }
    }

    static let size: Int64 = 256 << 10
    static let tail = ["Range: bytes=100000-"]
    static let cases = [
        Case(
            name: "plain",
            contains: ["Content-Length: 262144\r\n", "Accept-Ranges: bytes", "ETag: \""],
            bodyBytes: size
        ),
        Case(
            name: "plain",
            requests: [["Range: bytes=-5"]],
            status: "HTTP/1.1 206 Partial Content",
            contains: ["Content-Range: bytes 262139-262143/262144\r\n", "Content-Length: 5\r\n"],
            bodyBytes: 5
        ),
        Case(name: "plain", requests: [tail + ["If-Range: \"other\""]], bodyBytes: size),
        Case(name: "cut-before-head-fin-once", status: ""),
        Case(name: "cut-before-head-rst-once", status: "", ending: .rst),
        Case(name: "cut-after-head-rst-once", ending: .rst, contains: ["Content-Length: 262144"], bodyBytes: 0),
        Case(name: "cut-middle-fin-once", contains: ["Content-Length: 262144"], bodyBytes: 64 << 10),
        Case(name: "cut-middle-rst-once", ending: .rst, bodyBytes: 64 << 10),
        Case(name: "cut-last-byte-fin-every", bodyBytes: size - 1),
        Case(
            name: "short-at-offset-always",
            requests: [[], tail],
            status: "HTTP/1.1 206 Partial Content",
            bodyBytes: 74_762
        ),
        Case(name: "stall-middle-once", ending: .silence, bodyBytes: 64 << 10),
        Case(name: "stall-before-head-once", status: "", ending: .silence),
        Case(name: "range-ignored-always", requests: [[], tail], contains: ["Accept-Ranges: bytes"], bodyBytes: size),
        Case(name: "ranges-unsupported", requests: [tail], contains: ["Accept-Ranges: none"], bodyBytes: size),
        Case(
            name: "content-range-start-wrong-always",
            requests: [tail],
            status: "HTTP/1.1 206 Partial Content",
            contains: ["Content-Range: bytes 99488-261631/262144"]
        ),
        Case(
            name: "content-range-missing-always",
            requests: [tail],
            status: "HTTP/1.1 206 Partial Content",
            lacks: ["Content-Range"]
        ),
        Case(name: "unsatisfiable-for-valid-always", requests: [tail], status: "HTTP/1.1 416 Range Not Satisfiable"),
        Case(
            name: "changed-without-validators",
            requests: [[], []],
            lacks: ["ETag", "Last-Modified"],
            bodyBytes: size
        ),
        Case(
            name: "changed-other-size",
            requests: [[], tail + ["If-Range: \"x\""]],
            contains: ["Content-Length: 196608"]
        ),
        Case(
            name: "expired-403-xml",
            requests: [[], []],
            status: "HTTP/1.1 403 Forbidden",
            contains: ["<Code>AccessDenied</Code>", "Request has expired"]
        ),
        Case(name: "expired-410-empty", requests: [[], []], status: "HTTP/1.1 410 Gone", bodyBytes: 0),
        Case(name: "expired-200-xml", requests: [[], []], contains: ["application/xml", "AccessDenied"]),
        Case(name: "gzip-claimed", contains: ["Content-Encoding: gzip"], bodyBytes: size),
        Case(name: "chunked", contains: ["Transfer-Encoding: chunked", "\r\n0\r\n\r\n"], lacks: ["Content-Length"]),
        Case(name: "chunked-unended-once", lacks: ["\r\n0\r\n\r\n"]),
        Case(name: "http10", status: "HTTP/1.0 200 OK", lacks: ["Content-Length"], bodyBytes: size),
        Case(name: "bytes-after-body", contains: ["0123456789"], bodyBytes: size + 10),
        Case(name: "length-twice", contains: ["Content-Length: 262144\r\n", "Content-Length: 262151\r\n"]),
        Case(name: "status-429-once", status: "HTTP/1.1 429 Too Many Requests", contains: ["Retry-After: 1\r\n"]),
        Case(name: "redirect-file", status: "HTTP/1.1 302 Found", contains: ["Location: file:///etc/passwd\r\n"]),
        Case(name: "rst-on-reuse", requests: [[], []]),
    ]

    @Test(arguments: cases)
    func answers(_ expected: Case) async throws {
        let behavior = try #require(FaultCorpus.named(expected.name))
        let object = FaultObject(seed: 3, size: Self.size)
        try await FaultServer.with(behavior, object: object) { server in
            let link = server.issue()
            var wire = Wire()
            for fields in expected.requests {
                wire = try await Wire.get(link, ["Connection: close"] + fields, patience: .seconds(2))
            }
            #expect(wire.statusLine == expected.status)
            #expect(wire.ending == expected.ending)
            for part in expected.contains { #expect(wire.text.contains(part)) }
            for part in expected.lacks { #expect(!wire.text.contains(part)) }
            if let count = expected.bodyBytes, expected.ending != .silence {
                #expect(server.records.last?.bodyBytes == count)
            }
        }
    }
}
