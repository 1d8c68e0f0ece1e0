import Foundation
import TestProcesses
import Testing
import WherryPluginWire
import WherryTestSupport

/// The conversations of the guide, held with the examples: what wherry says is recorded, what they answer is compared.
@Suite(.timeLimit(.minutes(2)))
struct PluginReplayTests {
    /// The file of the recorded delivery: nothing but zeros.
    private static let size = 131_072

    /// One conversation, with paths of a test in place of the recorded ones.
    private struct Replay {
        var lines: [Substring]
        var operation: String
        private let swaps: [(recorded: String, real: String)]

        init(_ name: String, in scratch: Scratch) throws {
            let text = try String(contentsOfFile: Fixtures.folder + "/plugin-protocol/\(name).txt", encoding: .utf8)
            lines = text.split(separator: "\n")
            let first = try #require(JSONValue(line: lines[0].dropFirst(2).utf8))
            let request = try PluginRequest(first)
            operation = request.operation
            swaps = [
                (request.scratch, scratch.sub("operation").path), ("/srv/attic", scratch.sub("attic").path),
                ("/srv/shelf", scratch.sub("shelf").path),
            ]
        }

        /// What wherry says, for this test.
        var said: String {
            let all = lines.filter { $0.hasPrefix("> ") }.map { $0.dropFirst(2) + "\n" }.joined()
            return swaps.reduce(all) { $0.replacing($1.recorded, with: $1.real) }
        }

        /// What the plugin is to answer.
        var expected: [JSONValue?] {
            lines.filter { $0.hasPrefix("< ") }.map { JSONValue(line: Self.timeless($0.dropFirst(2)).utf8) }
        }

        var status: Int32? { lines.first { $0.hasPrefix("= exit ") }.flatMap { Int32($0.dropFirst(7)) } }

        /// An answer with the recorded paths in place of this test's.
        func recorded(_ output: String) -> [JSONValue?] {
            let text = swaps.reduce(output) { $0.replacing($1.real, with: $1.recorded) }
            return text.split(separator: "\n").map { JSONValue(line: Self.timeless($0).utf8) }
        }

        /// Links are signed until an hour from now.
        private static func timeless(_ text: Substring) -> String {
            String(text).replacing(/expires=[0-9]+&sign=[0-9a-f]+/, with: "expires=…&sign=…")
                .replacing(/"expires_at": ?"[^"]*"/, with: #""expires_at":"…""#)
        }
    }

    /// Runs a program as wherry does: its input stays open until it has ended.
    private func answer(of program: String, to replay: Replay, in scratch: Scratch) async throws -> Program.Outcome {
        let line = try scratch.write("request", Array(replay.said.utf8))
        let pipe = scratch.sub("operation").path + "/0.stream"
        let script = """
            mkfifo '\(scratch.file("input"))'
            { cat '\(line)'; exec sleep 60; } >'\(scratch.file("input"))' & holder=$!
            feeder=''
            if [ \(replay.operation) = deliver ]; then
                mkfifo '\(pipe)'
                head -c \(Self.size) /dev/zero >'\(pipe)' & feeder=$!
            fi
            WHERRY_PLUGIN_COOKIE=x '\(program)' \(replay.operation) <'\(scratch.file("input"))'
            status=$?
            kill "$holder" $feeder 2>/dev/null
            exit $status
            """
        return try await Program.run("/bin/sh", ["-c", script], folder: scratch.path)
    }

    @Test(arguments: [
        ("describe", "wherry-sink-folder.sh"), ("deliver", "wherry-sink-folder.sh"),
        ("issue-urls", "wherry-source-shelf.py"), ("error", "wherry-source-shelf.py"),
    ])
    func theExamplesAnswerWhatIsRecorded(conversation: String, example: String) async throws {
        try await Scratch.with { scratch in
            let replay = try Replay(conversation, in: scratch)
            try scratch.write("shelf/crs-1/b-1.rdb", [UInt8](repeating: 0, count: Self.size))
            let outcome = try await answer(
                of: Fixtures.root.path + "/Examples/Plugins/" + example,
                to: replay,
                in: scratch
            )
            #expect(outcome.status == replay.status, "\(outcome.all)")
            #expect(replay.recorded(outcome.output) == replay.expected, "\(outcome.all)")
        }
    }

    /// The one in Swift is another plugin: what it says of the bytes is the same.
    @Test func theExampleInSwiftTakesTheRecordedDelivery() async throws {
        try await Scratch.with { scratch in
            let replay = try Replay("deliver", in: scratch)
            let outcome = try await answer(
                of: String(Program.path.dropLast("wherry".count)) + "wherry-sink-sums",
                to: replay,
                in: scratch
            )
            #expect(outcome.status == 0, "\(outcome.all)")
            let answers = replay.recorded(outcome.output)
            #expect(answers.map { $0?["type"]?.text } == ["hello", "result"])
            let artifact = try #require(answers.last??["receipt"]?["artifacts"]?.entries?.first)
            let expected = try #require(replay.expected.last??["receipt"]?["artifacts"]?.entries?.first)
            for field in ["position", "size_bytes", "sha256"] { #expect(artifact[field] == expected[field]) }
        }
    }
}
