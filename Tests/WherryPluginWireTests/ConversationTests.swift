import Foundation
import Testing
import WherryCore
import WherryPluginWire
import WherryTestSupport

/// Whole conversations, as docs/plugins.md shows them, and those that break the rules.
@Suite struct ConversationTests {
    /// A conversation of Tests/Fixtures/plugin-protocol.
    struct Recorded: CustomTestStringConvertible, Sendable {
        var name: String
        var testDescription: String { name }

        var text: String {
            let path = Fixtures.folder + "/plugin-protocol/\(name).txt"
            return String(decoding: FileManager.default.contents(atPath: path) ?? Data(), as: UTF8.self)
        }

        func lines(_ mark: String) -> [String] {
            text.split(separator: "\n").filter { $0.hasPrefix(mark) }.map { String($0.dropFirst(2)) }
        }
    }

    static let recorded = ["describe", "deliver", "issue-urls", "error"].map { Recorded(name: $0) }

    @Test(arguments: recorded)
    func wherryWritesAndReadsWhatIsRecorded(_ recorded: Recorded) throws {
        let first = try #require(recorded.lines("> ").first)
        let value = try #require(JSONValue(line: first.utf8))
        let request = try PluginRequest(value)
        // Byte for byte, as plugins in sh cut the line apart.
        #expect(String(decoding: try request.value.line(), as: UTF8.self) == first)
        for line in recorded.lines("> ").dropFirst() {
            let verified = try VerifiedLine(try #require(JSONValue(line: line.utf8)))
            #expect(String(decoding: try verified.value.line(), as: UTF8.self) == line)
        }
        var conversation = Conversation(request.operation)
        for line in recorded.lines("< ") { _ = try conversation.take(Array(line.utf8)) }
        let status = try #require(recorded.lines("= ").first?.split(separator: " ").last.flatMap { Int32($0) })
        if status == 0 {
            let answer = try conversation.end(.status(0))
            switch request.operation {
            case "describe": _ = try PluginDescription(answer.result["plugin"] ?? .null)
            case "deliver": _ = try WireReceipt.read(answer.result["receipt"] ?? .null)
            default:
                _ = try WireIssuedFile.ordered(
                    answer.items.map { item throws(WireProblem) in try WireIssuedFile.read(item) }
                )
            }
        } else {
            let error = try #require(throws: PluginError.self) { try conversation.end(.status(status)) }
            #expect(error.failureClass.exitCode == status)
        }
    }

    @Test(arguments: recorded)
    func theGuideShowsTheRecordedConversations(_ recorded: Recorded) throws {
        let path = Fixtures.folder + "/../../docs/plugins.md"
        let guide = String(decoding: FileManager.default.contents(atPath: path) ?? Data(), as: UTF8.self)
        #expect(guide.contains(recorded.text))
    }

    @Test func theLastStateIsKeptAndHelloMayNameCapabilities() throws {
        var conversation = Conversation("check")
        let lines = [
            #"{"type":"hello","protocol":1,"plugin":"p","version":"1","capabilities":["state","x-later"]}"#,
            #"{"type":"state","state":{"cursor":1}}"#, #"{"type":"state","state":{"cursor":2}}"#,
            #"{"type":"result","findings":[]}"#,
        ]
        for line in lines { _ = try conversation.take(Array(line.utf8)) }
        #expect(conversation.speaker?.capabilities == ["state", "x-later"])
        let state = try #require(try conversation.end(.status(0)).state)
        #expect(state["cursor"]?.integer == 2)
        var request = PluginRequest("check", scratch: "/s", deadline: Timestamp(seconds: 0))
        request.state = state
        #expect(try PluginRequest(request.value).state == state)
        var other = Conversation("check")
        _ = try other.take(Array(lines[0].utf8))
        #expect(throws: Violation.malformed("A state line has no state that is an object.")) {
            try other.take(Array(#"{"type":"state","state":7}"#.utf8))
        }
    }

    static let hello = #"{"type":"hello","protocol":1,"plugin":"p","version":"1"}"#
    static let result = #"{"type":"result"}"#

    struct Break: CustomTestStringConvertible, Sendable {
        var word: String
        var lines: [String]
        var exit = Conversation.Exit.status(0)
        var operation = "remove"
        var testDescription: String { word }
    }

    static let breaks = [
        Break(word: "no-hello", lines: [result]),
        Break(word: "no-hello", lines: [], exit: .status(64)),
        Break(word: "no-answer", lines: []),
        Break(word: "second-hello", lines: [hello, hello]),
        Break(word: "wrong-version", lines: [hello.replacingOccurrences(of: ":1,", with: ":2,")]),
        Break(word: "garbage", lines: [hello, "storing"]),
        Break(word: "malformed", lines: [hello, "[1]"]),
        Break(word: "malformed", lines: [hello, #"{"type":"progress","bytes_done":-1}"#]),
        Break(word: "malformed", lines: [hello, #"{"type":"error","class":"transient"}"#]),
        Break(word: "long-line", lines: [hello, String(repeating: " ", count: 1 << 20) + result]),
        Break(word: "spoke-after-end", lines: [hello, result, result]),
        Break(word: "spoke-after-end", lines: [hello, result, "x"]),
        Break(word: "lost-items", lines: [hello, #"{"type":"result","items":1}"#], operation: "instances"),
        Break(word: "malformed", lines: [hello, result], operation: "instances"),
        Break(word: "status-disagrees", lines: [hello, result], exit: .status(1)),
        Break(word: "status-disagrees", lines: [hello, #"{"type":"error","code":"a.b","message":"No."}"#]),
        Break(word: "no-answer", lines: [hello], exit: .status(3)),
        Break(word: "killed", lines: [hello], exit: .signal(11)),
        Break(word: "killed", lines: [hello, result], exit: .signal(9)),
    ]

    @Test(arguments: breaks)
    func tellsHowTheRulesWereBroken(_ broken: Break) throws {
        let violation = try #require(throws: Violation.self) {
            var conversation = Conversation(broken.operation)
            for line in broken.lines { _ = try conversation.take(Array(line.utf8)) }
            _ = try conversation.end(broken.exit)
        }
        #expect(violation.word == broken.word)
    }

    @Test func unknownTypesAndFieldsAreLetThrough() throws {
        var conversation = Conversation("remove")
        for line in [Self.hello, #"{"type":"x-new"}"#, #"{"type":"result","x":[{}]}"#] {
            _ = try conversation.take(Array(line.utf8))
        }
        _ = try conversation.end(.status(0))
        #expect(conversation.unknownLines == 1)
    }
}
