import Testing
import WherryCore

@testable import WherryCLI

@Suite struct ConfigTextTests {
    @Test(arguments: [
        ("90s", 90), ("15m", 900), ("12h", 43_200), ("7d", 604_800), ("2w", 1_209_600), ("1h30m", 5_400),
        ("1w2d3h4m5s", 788_645), ("0h5m", 300), ("007d", 604_800),
    ])
    func readsDurations(text: String, seconds: Int) {
        #expect(DurationText.parse(text) == .seconds(seconds))
    }

    @Test(arguments: [
        "", "h", "12", "12x", "1m1h", "1h1h", "-1h", "+1h", "1.5h", " 1h", "1h ", "1 h", "0s", "9999999999999s",
        "999999999999w",
        "١h", "1H", "1h30",
    ])
    func refusesOtherDurations(text: String) {
        #expect(DurationText.parse(text) == nil)
    }

    @Test(arguments: [
        (90, "90s"), (5_400, "90m"), (93_600, "26h"), (604_800, "7d"), (3_661, "3661s"), (0, "0s"), (60, "1m"),
    ])
    func writesDurations(seconds: Int, text: String) {
        #expect(DurationText.format(.seconds(seconds)) == text)
        #expect(seconds == 0 || DurationText.parse(text) == .seconds(seconds))
    }

    @Test(arguments: [
        ("endpont", "endpoint"), ("Endpoint", "endpoint"), ("regoin", "region"), ("secretid", "secret_id"), ("x", nil),
        ("zzzzzz", nil), ("", nil),
    ])
    func findsTheNearestWord(word: String, nearest: String?) {
        #expect(Spelling.nearest(to: word, in: ["endpoint", "region", "secret_id", "secret_key"]) == nearest)
    }

    @Test func prefersTheFirstOfEquallyNearWords() {
        #expect(Spelling.nearest(to: "jobs", in: ["jobt", "joba"]) == "joba")
    }

    @Test(arguments: [
        ("/a/b", "/a/b"), ("a", "/etc/wherry/a"), ("./a", "/etc/wherry/a"), (".//./a", "/etc/wherry/a"),
        (".", "/etc/wherry"),
        ("./", "/etc/wherry"), ("../a", "/etc/wherry/../a"), ("./~", "/etc/wherry/~"), ("", nil), ("~/a", nil),
        ("~root", nil),
        ("a\0b", nil),
    ])
    func anchorsPaths(path: String, absolute: String?) {
        let place = ConfigPlace(file: "wherry.yaml", folder: "/etc/wherry")
        #expect((try? place.absolute(path).get()) == absolute)
    }

    @Test func anchorsPathsAtTheRoot() {
        #expect((try? ConfigPlace(file: "/wherry.yaml", folder: "/").absolute("a").get()) == "/a")
    }

    /// What JSON Schema takes by its pattern is what the reader takes.
    @Test(arguments: [
        "https://host.example", "http://127.0.0.1:8378/", "HTTPS://h", "http://[::1]:80", "http://[::1]", "http://h:0",
        "http://h:", "http://", "http:///", "ftp://h", "h", "http://h/a", "http://h?a", "http://h#a", "http://u@h",
        "http://h:99999x",
        "127.0.0.1:8378", "[::1]:0", "localhost:80", ":80", "*:80", "h:", "h", "::1:80", "[::1]", "a b:80",
        "1.2.3.4:123456",
        "a", "a-b", "-a", "A", "a_b", "9", "é", String(repeating: "a", count: 63), String(repeating: "a", count: 64),
        "",
        "1h", "1h30m", "30m1h", "0s", "1", "env:A", "env:", "env:1", "env:a b", "file:a", "file:", "file:~a",
        "credential:a.b",
        "credential:.a", "credential:a/b", "secret",
    ])
    func agreesWithItsPatterns(text: String) throws {
        let place = ConfigPlace(file: "wherry.yaml", folder: "/etc/wherry")
        let kinds: [(ConfigKind, String)] = [
            (.name, ConfigScalar.namePattern), (.endpoint, ConfigScalar.endpointPattern),
            (.listen, ConfigScalar.listenPattern), (.duration, DurationText.pattern),
            (.secret, SecretReference.pattern),
        ]
        for (kind, pattern) in kinds {
            let node = ConfigNode(position: .start, content: .scalar(text, isPlain: false))
            let isRead = if case .success = ConfigScalar.read(node, kind, place: place) { true } else { false }
            let fits = try Regex(pattern).firstMatch(in: text) != nil
            // Port numbers have a range that a pattern cannot say well.
            if text == "http://h:0", !isRead { continue }
            #expect(isRead == fits, "\(kind) \(text)")
        }
    }
}
