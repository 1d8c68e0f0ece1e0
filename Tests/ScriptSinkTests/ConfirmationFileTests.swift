import Testing
import WherryCore
import WherryPluginKit

@Suite struct ConfirmationFileTests {
    private static let digest = String(repeating: "0f", count: 32)
    private static let header = "wherry-receipt/1\trun=12\tsink=script\n"
    private static let line = "prod\tcrs-1\tb-1\t0\t110\t\(digest)\t/srv/a.rdb\n"

    private func entry(_ instance: String = "crs-1", path: String = "/srv/a.rdb") throws -> ConfirmationFile.Entry {
        ConfirmationFile.Entry(
            source: "prod",
            instance: Instance.ID(rawValue: instance),
            backup: "b-1",
            position: 0,
            size: ByteCount(110),
            sha256: try #require(SHA256Digest(hex: Self.digest)),
            path: path
        )
    }

    @Test func readsTheExample() throws {
        let file = try ConfirmationFile(parsing: Self.header + Self.line)
        #expect(file == ConfirmationFile(run: RunID(rawValue: 12), sink: "script", entries: [try entry()]))
        #expect(file.text == Self.header + Self.line)
    }

    @Test func toleratesTheLineEndsOfOtherSystems() throws {
        let text = (Self.header + Self.line).replacing("\n", with: "\r\n")
        #expect(try ConfirmationFile(parsing: text).entries == [try entry()])
    }

    @Test(arguments: ["crs 1", "a\tb\nc", "100%", "%41", "生产", "\u{202E}x", "\u{85}", "\r", "\u{0}", "e\u{301}"])
    func oddNamesComeBack(_ name: String) throws {
        let file = ConfirmationFile(run: RunID(rawValue: 1), sink: "s", entries: [try entry(name, path: name)])
        #expect(file.text.split(separator: "\n", omittingEmptySubsequences: false).count == 3)
        let read = try ConfirmationFile(parsing: file.text)
        #expect(Array(read.entries[0].instance.rawValue.utf8) == Array(name.utf8))
        #expect(Array(read.entries[0].path.utf8) == Array(name.utf8))
    }

    @Test func lastLineOfAFileWins() throws {
        let later = Self.line.replacing("/srv/a.rdb", with: "/srv/b.rdb")
        let other = Self.line.replacing("crs-1", with: "crs-2")
        let file = try ConfirmationFile(parsing: Self.header + Self.line + other + later)
        #expect(file.entries == [try entry(path: "/srv/b.rdb"), try entry("crs-2")])
    }

    struct Fault: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let text: String
        let code: String
        var mention = "Line"
    }

    @Test(arguments: [
        Fault(testDescription: "nothing", text: "", code: "receipt.not-one"),
        Fault(testDescription: "a script", text: "#!/bin/sh\n", code: "receipt.not-one"),
        Fault(testDescription: "another version", text: "wherry-receipt/2\trun=1\tsink=s\n", code: "receipt.not-one"),
        Fault(testDescription: "run 0", text: "wherry-receipt/1\trun=0\tsink=s\n", code: "receipt.not-one"),
        Fault(testDescription: "signed run", text: "wherry-receipt/1\trun=+1\tsink=s\n", code: "receipt.not-one"),
        Fault(testDescription: "no sink", text: "wherry-receipt/1\trun=1\tsink=\n", code: "receipt.not-one"),
        Fault(
            testDescription: "cut off",
            text: header + String(line.dropLast()),
            code: "receipt.cut-off",
            mention: "Line 2"
        ),
        Fault(testDescription: "empty line", text: header + "\n" + line, code: "receipt.malformed", mention: "Line 2"),
        Fault(
            testDescription: "six fields",
            text: header + line + "a\tb\tc\t0\t1\t\(digest)\n",
            code: "receipt.malformed",
            mention: "Line 3"
        ),
        Fault(
            testDescription: "negative size",
            text: header + line.replacing("110", with: "-1"),
            code: "receipt.malformed"
        ),
        Fault(
            testDescription: "huge size",
            text: header + line.replacing("110", with: "9223372036854775808"),
            code: "receipt.malformed"
        ),
        Fault(testDescription: "no number", text: header + line.replacing("110", with: ""), code: "receipt.malformed"),
        Fault(
            testDescription: "short digest",
            text: header + line.replacing("0f0f\t", with: "\t"),
            code: "receipt.malformed"
        ),
        Fault(
            testDescription: "half an escape",
            text: header + line.replacing("prod", with: "prod%4"),
            code: "receipt.malformed"
        ),
        Fault(
            testDescription: "no escape",
            text: header + line.replacing("prod", with: "%zz"),
            code: "receipt.malformed"
        ),
        Fault(
            testDescription: "not UTF-8",
            text: header + line.replacing("prod", with: "%ff"),
            code: "receipt.malformed"
        ),
        Fault(
            testDescription: "too long",
            text: header + String(repeating: "x", count: ConfirmationFile.maximumBytes),
            code: "receipt.too-long",
            mention: "10.0 MiB"
        ),
    ])
    func saysWhatIsWrong(_ fault: Fault) throws {
        let failure = try #require(throws: Failure.self) { try ConfirmationFile(parsing: fault.text) }
        #expect(failure.failureClass == .usage)
        #expect(failure.code == fault.code)
        #expect(failure.message.contains(fault.mention))
    }
}
