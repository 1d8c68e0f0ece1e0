import Foundation
import Testing

@testable import ScriptSink

/// Quoting for the languages that are not sh, against readers that are not ours.
@Suite(.timeLimit(.minutes(2)))
struct QuotingTests {
    private static let odd = [
        "", "'", "''", "\"", "\\", "a'b\"c\\", "\u{2018}\u{2019}\u{201A}\u{201B}", "'\u{2019}'", "$(id)`n$x", "×😀",
        "# no",
        "%41\\u0041", "\u{85}\u{2028}\u{FEFF}\u{7F}", "- a: b", "\u{0}\u{1B}",
    ]

    /// Texts of characters that languages care for, and some that they should not.
    private static func texts(_ count: Int, without: String = "") -> [String] {
        var random = SplitMix(state: 5)
        let alphabet = Array(
            "ab '\"\\`$(){}[]<>#@,;:!?*&|%=+-~^\u{2018}\u{2019}\u{201A}\u{201B}\u{201C}é\u{301}生😀".unicodeScalars
        )
        .filter { !without.unicodeScalars.contains($0) }
        return (0..<count).map { _ in
            var text = String.UnicodeScalarView()
            for _ in 0..<Int.random(in: 1...30, using: &random) {
                text.append(alphabet[Int.random(in: 0..<alphabet.count, using: &random)])
            }
            return String(text)
        }
    }

    private static func same(_ left: [String], _ right: [String]) -> Bool {
        left.count == right.count && zip(left, right).allSatisfy { Array($0.utf8) == Array($1.utf8) }
    }

    @Test func powerShellReadsBackTheSameText() throws {
        let texts = Self.odd + Self.texts(10_000)
        let script = texts.map { "    Url = \(powerShellQuoted($0)) # it's a comment\n" }.joined()
        #expect(Self.same(try #require(PowerShellReader.literals(in: script)), texts))
    }

    @Test func curlReadsBackTheSameText() async throws {
        try await World.with { world in
            // curl says what it read when it is told to print it: %% stands for %.
            let texts = Self.texts(300, without: "%\\")
            let config = texts.map { "url = \"file:///dev/null\"\noutput = \(curlQuoted($0))\n" }.joined()
            let words = [
                "curl", "--disable", "--silent", "--config", "-", "--globoff", "--write-out",
                "%{filename_effective}\\n",
            ]
            let result = try await Command.run(words, in: world.root, input: config)
            let written = result.output.split(separator: "\n").map(String.init)
            let expected = texts.filter { !$0.contains("/") }
            #expect(Self.same(written, expected))
        }
    }

    @Test func yamlReadsBackTheSameText() async throws {
        try await World.with { world in
            let texts = Self.odd + Self.texts(500)
            let lines = texts.map { text in text.unicodeScalars.allSatisfy { $0 != "\n" } ? "\(text)\n" : text }
            var yaml = ""
            for (index, text) in texts.enumerated() { yaml += "q\(index): \(yamlQuoted(text))\n" }
            for (index, text) in lines.enumerated() {
                yaml += "b\(index): \(yamlBlock("x\n \(text)\ty\n", indent: 2))\n"
            }
            try world.write(yaml.utf8, "\(world.root)/texts.yaml")
            let read = """
                import json, sys, yaml
                print(json.dumps(yaml.safe_load(open("texts.yaml", encoding="utf-8"))))
                """
            let root = URL(fileURLWithPath: #filePath).pathComponents.dropLast(3).joined(separator: "/").dropFirst()
            let words = ["\(root)/.build/sdk/bin/python3", "-c", read]
            let result = try await Command.run(words, in: world.root)
            try #require(result.status == 0, "\(result.errors)")
            let values = try JSONDecoder().decode([String: String].self, from: Data(result.output.utf8))
            #expect(Self.same(texts.indices.map { values["q\($0)"] ?? "?" }, texts))
            #expect(Self.same(lines.indices.map { values["b\($0)"] ?? "?" }, lines.map { "x\n \($0)\ty\n" }))
        }
    }

    @Test func scriptsOfPowerShellHoldWhatTheyShould() async throws {
        try await World.with { world in
            var random = SplitMix(state: 6)
            let urls = (0..<500).map { _ in "http://127.0.0.1:1" + random.target() }
            let names = ["it's", "\u{2019}x", "生产", "a\u{201B}b"]
            let pieces = urls.enumerated().map {
                Piece(instance: names[$0.offset % 4], position: $0.offset, url: $0.element)
            }
            let text = try world.text(try await world.emitted("powershell", pieces)[0])
            #expect(text.unicodeScalars.first == "\u{FEFF}")
            let literals = try #require(PowerShellReader.literals(in: text))
            #expect(literals.filter { $0.hasPrefix("\"http") }.sorted() == urls.map(curlQuoted).sorted())
            #expect(Set(literals).isSuperset(of: names))
            let comments = text.split(separator: "\n").filter { $0.trimmingCharacters(in: .whitespaces).hasPrefix("#") }
            #expect(!comments.contains { $0.contains("://") })
        }
    }
}
