import RDBFormat
import Testing

@Suite struct RDBHeaderTests {
    struct Known: Sendable, CustomTestStringConvertible {
        var text: String
        var family: RDBHeader.Family
        var version: Int
        var testDescription: String { text }
    }

    static let known: [Known] =
        [2, 3, 4, 5, 6, 7, 8, 9].map { Known(text: "REDIS000\($0)", family: .redis, version: $0) }
        + [10, 11, 12, 13, 14].map { Known(text: "REDIS00\($0)", family: .redis, version: $0) }
        + [80, 81].map { Known(text: "VALKEY0\($0)", family: .valkey, version: $0) }
        + [
            Known(text: "REDIS0000", family: .redis, version: 0),
            Known(text: "REDIS9999", family: .redis, version: 9999),
            Known(text: "VALKEY999", family: .valkey, version: 999),
        ]

    private func parse(_ text: String) -> RDBHeader? {
        Array(text.utf8).withUnsafeBytes { RDBHeader($0) }
    }

    @Test(arguments: known)
    func readsEveryPublishedAndFutureVersion(_ known: Known) throws {
        let header = try #require(parse(known.text))
        #expect(header == RDBHeader(family: known.family, version: known.version))
        #expect(header.description == known.text)
    }

    @Test func ignoresWhatFollows() {
        #expect(parse("REDIS0010\u{1}more") == RDBHeader(family: .redis, version: 10))
    }

    @Test(arguments: [
        "", "R", "REDIS", "REDIS001", "VALKEY08", "redis0010", "REDIS001x", "REDIS+010", "REDIS 010", "REDIS00:0",
        "REDIS00/0", "VALKEY-80", "VALKEX080", "KEYDB0010", " REDIS0010",
    ])
    func refusesAnythingElse(text: String) {
        #expect(parse(text) == nil)
    }
}
