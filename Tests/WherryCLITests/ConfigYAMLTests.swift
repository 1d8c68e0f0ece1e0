import Testing
import WherryCore

@testable import WherryCLI

@Suite struct ConfigYAMLTests {
    private func position(of text: String) throws -> ConfigPosition {
        let error = try #require(throws: ConfigError.self) { _ = try ConfigYAML.read(text, file: "wherry.yaml") }
        #expect(error.problems.count == 1)
        return try #require(error.problems.first).position
    }

    @Test(arguments: [
        ("a: [1\nb: 2\n", 2, 2), ("a: 1\n\tb: 2\n", 2, 1), ("a: \"x\n", 2, 1), ("instances: [*]\n", 1, 14),
        ("a: *nowhere\n", 1, 4), ("a: 1\n---\nb: 2\n", 2, 1), ("a: 1\nb: x\u{1}y\n", 2, 5), ("a: !include x\n", 1, 4),
        ("? [a]\n: 1\n", 1, 3), ("<<: 1\n", 1, 5),
    ])
    func tellsWhereItIsNoYAML(text: String, line: Int, column: Int) throws {
        #expect(try position(of: text) == ConfigPosition(line: line, column: column))
    }

    @Test func quotesNothingOfTheFile() throws {
        let text = "secret_key: \"\(ConfigWorld.literal)\nb: {\n"
        let error = try #require(throws: ConfigError.self) { _ = try ConfigYAML.read(text, file: "wherry.yaml") }
        #expect(!error.text(for: .error).contains(ConfigWorld.literal))
        #expect(!error.failure.message.contains(ConfigWorld.literal))
    }

    @Test func refusesRepeatedPartsThatGrow() throws {
        var text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
        for level in 1...6 {
            let aliases = Array(repeating: "*a\(level - 1)", count: 5).joined(separator: ", ")
            text += "a\(level): &a\(level) [\(aliases)]\n"
        }
        _ = try position(of: text)
        let nested = "a: &a [1]\n" + "b: [" + Array(repeating: "*a", count: 33).joined(separator: ", ") + "]\n"
        #expect(try position(of: nested).line == 2)
    }

    @Test func refusesDeepNesting() throws {
        _ = try position(of: String(repeating: "[", count: 100_000))
        _ = try position(of: String(repeating: "- ", count: 900) + "a\n")
        _ = try position(of: String(repeating: "- ", count: 5_000) + "a\n")
        _ = try position(of: (0..<600).map { String(repeating: " ", count: $0) + "a:\n" }.joined())
    }

    @Test func refusesLongTexts() throws {
        #expect(try position(of: "a: " + String(repeating: "x", count: 1 << 20)) == .start)
    }

    @Test func givesUpOnVeryManyDuplicates() throws {
        _ = try position(of: String(repeating: "a: 1\n", count: 300))
    }

    @Test(arguments: [
        ("7", "integer"), ("-7", "integer"), ("0x1F", "integer"), ("0o17", "integer"), ("1.5", "number"),
        ("1e3", "number"),
        (".5", "number"), ("+.inf", "number"), ("true", "boolean"), ("False", "boolean"), ("~", "nothing"),
        ("", "nothing"),
        ("yes", "text"), ("+08:00", "text"), ("1.2.3", "text"), ("1e", "text"), ("0x", "text"), ("-", "text"),
        (".", "text"),
        ("12h", "text"), ("1_000", "text"),
    ])
    func knowsWhatPlainScalarsMean(text: String, expected: String) {
        let node = ConfigNode(position: .start, content: .scalar(text, isPlain: true))
        let meaning =
            switch node.meaning {
            case .nothing: "nothing"
            case .boolean: "boolean"
            case .integer: "integer"
            case .number: "number"
            case .text: "text"
            case nil: "nil"
            }
        #expect(meaning == expected)
    }
}
