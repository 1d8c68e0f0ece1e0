import Foundation
import Testing
import WherryCore

@Suite struct TimestampTests {
    @Test(arguments: [
        (0, "1970-01-01T00:00:00Z"), (-1, "1969-12-31T23:59:59Z"), (951_782_400, "2000-02-29T00:00:00Z"),
        (1_750_000_000, "2025-06-15T15:06:40Z"), (4_107_542_399, "2100-02-28T23:59:59Z"),
        (4_107_542_400, "2100-03-01T00:00:00Z"), (253_402_300_799, "9999-12-31T23:59:59Z"),
        (-62_167_219_200, "0000-01-01T00:00:00Z"),
    ])
    func isWrittenAndReadAsRFC3339(seconds: Int64, text: String) {
        #expect(Timestamp(seconds: seconds).description == text)
        #expect(Timestamp(text)?.seconds == seconds)
    }

    @Test func everySecondComesBack() {
        var random = SeededGenerator(seed: 11)
        let wrong = (0..<20_000).filter { _ in
            let moment = Timestamp(seconds: .random(in: -62_167_219_200...253_402_300_799, using: &random))
            return Timestamp(moment.description) != moment || moment.description.utf8.count != 20
        }
        #expect(wrong.isEmpty)
    }

    @Test func agreesWithFoundation() {
        var random = SeededGenerator(seed: 12)
        let style = Date.ISO8601FormatStyle()
        let wrong = (0..<2_000).map { _ in Int64.random(in: 0...4_102_444_800, using: &random) }.filter {
            Timestamp(seconds: $0).description != style.format(Date(timeIntervalSince1970: Double($0)))
        }
        #expect(wrong == [])
    }

    @Test func sortsAsItsTextDoes() {
        var random = SeededGenerator(seed: 13)
        let moments = (0..<2_000).map { _ in Timestamp(seconds: .random(in: 0...253_402_300_799, using: &random)) }
        #expect(moments.sorted().map(\.description) == moments.map(\.description).sorted())
    }

    @Test(arguments: [
        "", "2025-06-15", "2025-06-15T15:06:40", "2025-06-15 15:06:40Z", "2025-06-15T15:06:40z", "2025-06-15t15:06:40Z",
        "2025-06-15T15:06:40+00:00", "2025-06-15T15:06:40.0Z", " 2025-06-15T15:06:40Z", "2025-06-15T15:06:40Z ",
        "2025-00-15T00:00:00Z", "2025-13-15T00:00:00Z", "2025-06-00T00:00:00Z", "2025-06-31T00:00:00Z",
        "2025-02-29T00:00:00Z", "2100-02-29T00:00:00Z", "1900-02-29T00:00:00Z", "2025-06-15T24:00:00Z",
        "2025-06-15T15:60:00Z", "2025-06-15T15:06:60Z", "+025-06-15T15:06:40Z", "-025-06-15T15:06:40Z",
        "2025-6-015T15:06:40Z", "٢٠٢٥-06-15T00Z", "2025-06-15T15:06:4\u{661}",
    ])
    func refusesWhatIsNoMoment(text: String) {
        #expect(Timestamp(text) == nil)
    }

    @Test func leapDaysExistInLeapYearsOnly() {
        let leap = (1...9_999).filter { year in
            let digits = String(year)
            return Timestamp(String(repeating: "0", count: 4 - digits.count) + digits + "-02-29T12:00:00Z") != nil
        }
        #expect(leap == (1...9_999).filter { $0 % 4 == 0 && ($0 % 100 != 0 || $0 % 400 == 0) })
    }

    @Test func countsDurations() {
        let moment = Timestamp(seconds: 1_000)
        #expect(moment + .milliseconds(1_999) == Timestamp(seconds: 1_001))
        #expect(moment - .seconds(2_000) == Timestamp(seconds: -1_000))
        #expect(moment - Timestamp(seconds: 400) == .seconds(600))
        #expect(Timestamp(seconds: 400) - moment == .seconds(-600))
    }

    @Test func isSafeInFileNames() {
        #expect(Timestamp(seconds: 1_750_000_000).compact == "20250615T150640Z")
    }

    @Test func isTextInJSON() throws {
        let json = try JSONEncoder().encode([Timestamp(seconds: 0)])
        #expect(String(decoding: json, as: UTF8.self) == #"["1970-01-01T00:00:00Z"]"#)
        #expect(try JSONDecoder().decode([Timestamp].self, from: json) == [Timestamp(seconds: 0)])
        #expect(throws: DecodingError.self) {
            try JSONDecoder().decode([Timestamp].self, from: Data(#"["2025-02-30T00:00:00Z"]"#.utf8))
        }
    }
}
