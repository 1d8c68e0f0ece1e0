import Foundation
import Testing
import WherryCore

@Suite struct ByteCountTests {
    @Test(arguments: [
        (0, "0 B"), (1, "1 B"), (1_023, "1023 B"), (1_024, "1.0 KiB"), (1_025, "1.0 KiB"), (3_482, "3.4 KiB"),
        (1_048_575, "1023.9 KiB"), (1_048_576, "1.0 MiB"), (1_288_490_189, "1.2 GiB"), (1 << 40, "1.0 TiB"),
        (1 << 50, "1.0 PiB"), (.max, "8191.9 PiB"),
    ])
    func isWrittenForPeople(bytes: Int64, text: String) {
        #expect(ByteCount(bytes).description == text)
    }

    @Test func addsAndCompares() {
        #expect(ByteCount(1) + ByteCount(2) == ByteCount(3))
        #expect(ByteCount(1_023) < ByteCount(1_024))
    }

    @Test func isANumberInJSON() throws {
        let json = try JSONEncoder().encode([ByteCount(1_024)])
        #expect(String(decoding: json, as: UTF8.self) == "[1024]")
        #expect(try JSONDecoder().decode([ByteCount].self, from: json) == [ByteCount(1_024)])
    }
}

@Suite struct GlobTests {
    @Test(arguments: [
        ("", ""), ("*", ""), ("*", "anything"), ("**", "x"), ("?", "x"), ("crs-*", "crs-"), ("crs-*", "crs-c7xq4kqu"),
        ("*-prod", "orders-prod"), ("a*b*c", "aXbYbZc"), ("a*b*c", "abc"), ("*aab", "aaaab"), ("a?c*", "abcd"),
        ("[ab]", "[ab]"), ("a.b", "a.b"), ("\\*", "\\anything"), ("größe-?", "größe-é"), ("?", "😀"),
    ])
    func fits(pattern: String, text: String) {
        #expect(Glob(pattern).matches(text))
        #expect(Glob(pattern).description == pattern)
    }

    @Test(arguments: [
        ("", "x"), ("?", ""), ("?", "xy"), ("crs-*", "crs"), ("crs-*", "xcrs-1"), ("*-prod", "orders-prod-2"),
        ("a*b*c", "ab"), ("a*b", "acbc"), ("[ab]", "a"), ("a.b", "axb"), ("A", "a"), ("abc", "ab"),
    ])
    func doesNotFit(pattern: String, text: String) {
        #expect(!Glob(pattern).matches(text))
    }

    @Test(.timeLimit(.minutes(1))) func manyStarsTakeNoTime() {
        let pattern = String(repeating: "*a", count: 60) + "b"
        #expect(!Glob(pattern).matches(String(repeating: "a", count: 4_000)))
    }
}

@Suite struct SHA256DigestTests {
    private let digits = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"

    @Test func readsDigitsOfEitherCase() throws {
        let digest = try #require(SHA256Digest(hex: digits))
        #expect(digest.hex == digits)
        #expect(digest.description == digits)
        #expect(SHA256Digest(hex: digits.uppercased()) == digest)
        #expect(SHA256Digest(hex: "\(digits)x".dropLast()) == digest)
    }

    @Test func readsBytes() {
        #expect(SHA256Digest(bytes: UInt8(0)..<32)?.hex.hasPrefix("000102030405060708090a0b0c0d0e0f10") == true)
        #expect(SHA256Digest(bytes: [UInt8](repeating: 0xFF, count: 32))?.hex == String(repeating: "f", count: 64))
        for count in [0, 31, 33] { #expect(SHA256Digest(bytes: [UInt8](repeating: 1, count: count)) == nil) }
    }

    @Test(arguments: ["", "9f86", String(repeating: "g", count: 64), String(repeating: "１", count: 64), " "])
    func refusesOtherText(text: String) {
        #expect(SHA256Digest(hex: text) == nil)
        #expect(SHA256Digest(hex: digits + text.prefix(1)) == nil || text.isEmpty)
    }
}

@Suite struct GradeTests {
    @Test func areOrderedByStrength() {
        #expect(Grade.allCases.sorted() == [.complete, .digest, .envelope, .checksum])
    }
}

@Suite struct KeyTests {
    @Test func areOrderedByInstanceThenBackup() {
        let keys = [("b", "1"), ("a", "2"), ("a", "1")].map {
            Backup.Key(instance: .init(rawValue: $0.0), backup: .init(rawValue: $0.1))
        }
        #expect(keys.sorted().map(\.description) == ["a/1", "a/2", "b/1"])
    }

    @Test func idsAreKeptByteForByte() {
        for text in ["crs-1", "", " a ", "e\u{301}", "\u{e9}", "a/b", "😀"] {
            #expect(Array(Instance.ID(rawValue: text).description.utf8) == Array(text.utf8))
        }
    }
}
