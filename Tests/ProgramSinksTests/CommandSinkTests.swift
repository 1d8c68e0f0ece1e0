import CommandSink
import Foundation
import Testing
import WherryCore
import WherryPluginKit
import WherryTestSupport

@Suite(.timeLimit(.minutes(5)))
struct CommandSinkTests {
    private func sink(_ scratch: Scratch, _ options: [String: OptionValues.Value]) async throws -> any Sink {
        let usual: [String: OptionValues.Value] = [
            "location": .text("{source}/{instance}/{backup}/{shard}"), "timeout": .duration(.seconds(100)),
            "folder": .text(scratch.path),
        ]
        let values = usual.merging(options) { $1 }
        return try await CommandSinkPlugin.makeSink(OptionValues(values), context: .forTests(scratch))
    }

    @Test func aProgramGetsTheBytesAndItsArgumentsAsTheyAre() async throws {
        try await Scratch.with { scratch in
            let odd: Instance.ID = "a b'\"$(touch hacked);`touch hacked`\\*"
            let sink = try await sink(
                scratch,
                [
                    "program": .text("sh"),
                    "arguments": .texts([
                        "-c", "printf '%s\\n' \"$@\" >args.\"$SHARD$1\"; cat >data.$1", "sh", "{shard}",
                        "--i={instance}",
                        "{instance}", "{{{time}}}", "{source}:{backup}:{file}:{size}",
                    ]),
                ]
            )
            let bytes = noise(3_000_000)
            let receipt = try await sink.deliver(
                backup(files: 2, size: 3_000_000, instance: odd),
                using: FeedingTransfer(bytes: bytes)
            )
            for shard in 0...1 {
                let isSame = FileManager.default.contents(atPath: scratch.file("data.\(shard)")) == Data(bytes)
                #expect(isSame)
                let text = try String(contentsOfFile: scratch.file("args.\(shard)"), encoding: .utf8)
                #expect(
                    text.split(separator: "\n").map(String.init) == [
                        "\(shard)", "--i=\(odd)", "\(odd)", "{19700101T000000Z}", "cloud:b,1:dump.rdb:3000000",
                    ]
                )
            }
            #expect(!FileManager.default.fileExists(atPath: scratch.file("hacked")))
            #expect(receipt.outcome == .delivered)
            #expect(receipt.artifacts.map(\.size) == [ByteCount(3_000_000), ByteCount(3_000_000)])
            #expect(receipt.artifacts[0].location.hasSuffix("/b%2C1/0"))
        }
    }

    @Test func readsBackWhereItIsToldHow() async throws {
        try await Scratch.with { scratch in
            let options: [String: OptionValues.Value] = [
                "program": .text("sh"), "arguments": .texts(["-c", "cat >data.$1", "sh", "{shard}"]),
            ]
            let read = ["sh", "-c", "[ -e data.$1 ] || exit 3; cat data.$1", "sh", "{shard}"]
            let sink = try await sink(scratch, options.merging(["read": .texts(read)]) { $1 })
            let bytes = noise(3_000_001)
            let receipt = try await sink.deliver(backup(files: 2), using: FeedingTransfer(bytes: bytes))
            for artifact in receipt.artifacts {
                let gathered = Gathered()
                try await sink.read(artifact) { gathered.add($0) }
                let isSame = gathered.bytes == bytes
                #expect(isSame)
            }
            try FileManager.default.removeItem(atPath: scratch.file("data.1"))
            await #expect { try await sink.read(receipt.artifacts[1]) { _ in } } throws: { error in
                (error as? Failure)?.code == "sink.copy-gone"
            }
            let failing = try await self.sink(
                scratch,
                options.merging(["read": .texts(["sh", "-c", "exit 1"])]) { $1 }
            )
            await #expect { try await failing.read(receipt.artifacts[0]) { _ in } } throws: { error in
                (error as? Failure)?.code == "program.failed"
            }
            let mute = try await self.sink(scratch, options)
            await #expect { try await mute.read(receipt.artifacts[0]) { _ in } } throws: { error in
                (error as? Failure)?.code == "sink.cannot-read"
            }
        }
    }

    @Test func theLastReplyIsTheReceipt() async throws {
        try await Scratch.with { scratch in
            let digest = String(repeating: "ab", count: 32)
            let script = """
                cat >/dev/null; echo '{"location": "first"}'; echo working
                echo '{"location": "vault 7/x", "stored_size": 5, "stored_sha256": "\(digest)"}'; echo '[1]'; echo bye
                """
            let arguments = OptionValues.Value.texts(["-c", escaped(script)])
            let sink = try await sink(scratch, ["program": .text("/bin/sh"), "arguments": arguments])
            let artifact = try #require(
                try await sink.deliver(backup(), using: FeedingTransfer(bytes: [1, 2])).artifacts.first
            )
            #expect(artifact.location == "vault 7/x")
            #expect(artifact.size == ByteCount(2))
            #expect(artifact.stored?.size == ByteCount(5))
            #expect(artifact.stored?.sha256.hex == digest)
            #expect(artifact.stored?.stages == ["sh"])
        }
    }

    private func escaped(_ script: String) -> String {
        script.replacingOccurrences(of: "{", with: "{{").replacingOccurrences(of: "}", with: "}}")
    }

    @Test func wrongBytesAreNeverSeenAsAWhole() async throws {
        try await Scratch.with { scratch in
            let sink = try await sink(
                scratch,
                ["program": .text("sh"), "arguments": .texts(["-c", "cat >part && mv part whole"])]
            )
            await #expect(throws: FeedingTransfer.wrong) {
                try await sink.deliver(backup(), using: FeedingTransfer(bytes: noise(5_000_000), isWrong: true))
            }
            #expect(!FileManager.default.fileExists(atPath: scratch.file("whole")))
        }
    }

    @Test func aProgramThatFailsOrDoesNotReadIsNoDelivery() async throws {
        try await Scratch.with { scratch in
            for (script, code) in [
                ("cat >/dev/null; echo 'no room' >&2; exit 1", "program.failed"),
                ("exit 0", "program.stopped-reading"), ("head -c 5 >/dev/null", "program.stopped-reading"),
            ] {
                let sink = try await sink(scratch, ["program": .text("sh"), "arguments": .texts(["-c", script])])
                await #expect {
                    try await sink.deliver(backup(), using: FeedingTransfer(bytes: noise(100_000)))
                } throws: { error in
                    (error as? Failure)?.code == code
                }
            }
        }
    }

    @Test func aValueNeverBecomesAnOption() async throws {
        try await Scratch.with { scratch in
            for argument in ["{instance}", "{size}{instance}"] {
                let sink = try await sink(scratch, ["program": .text("cat"), "arguments": .texts([argument])])
                await #expect {
                    try await sink.deliver(backup(instance: "-rf"), using: FeedingTransfer(bytes: [1]))
                } throws: { error in
                    (error as? Failure)?.code == "command.unsafe-value"
                }
            }
            for wrong in ["{unknown}", "{", "}", "a{shard"] {
                await #expect(throws: Failure.self) {
                    try await sink(scratch, ["program": .text("cat"), "arguments": .texts([wrong])])
                }
            }
        }
    }

    @Test func secretsAreInTheEnvironmentAndNowhereElse() async throws {
        try await Scratch.with { scratch in
            let sink = try await sink(
                scratch,
                [
                    "program": .text("sh"),
                    "arguments": .texts(["-c", "cat >/dev/null; echo \"refused: $KEY\" >&2; env >env; exit 1"]),
                    "environment": .records([
                        OptionValues(["name": .text("KEY"), "value": .secret(Secret("LEAKMARKkey"))]),
                        OptionValues(["name": .text("REGION"), "text": .text("here")]),
                    ]),
                ]
            )
            let seen = Seen()
            let transfer = FeedingTransfer(bytes: noise(2 << 20)) { _ in
                try await Task.sleep(for: .milliseconds(300))
                seen.add(commandLines())
            }
            await #expect {
                try await sink.deliver(backup(), using: transfer)
            } throws: { error in
                let failure = error as? Failure
                return failure?.message.contains("refused: •••") == true && !"\(error)".contains("LEAKMARK")
            }
            #expect(seen.all.contains { $0.contains("env >env; exit 1") })
            #expect(!seen.all.contains { $0.contains("LEAKMARKkey") })
            let environment = try String(contentsOfFile: scratch.file("env"), encoding: .utf8)
            #expect(environment.contains("KEY=LEAKMARKkey\n") && environment.contains("REGION=here\n"))
        }
    }

    @Test func presenceAndRemovalGoByStatus() async throws {
        try await Scratch.with { scratch in
            let sink = try await sink(
                scratch,
                [
                    "program": .text("sh"),
                    "arguments": .texts(["-c", "cat >copy; echo '{{\"location\": \"copy\"}}'"]),
                    "presence": .texts(["sh", "-c", "[ -d . ] || exit 1; [ -e $1 ] || exit 3", "sh", "{location}"]),
                    "remove": .texts(["rm", "-f", "--", "{location}"]), "check": .texts(["test", "-d", "."]),
                ]
            )
            #expect(try await sink.check().map(\.level) == [.ok])
            let receipt = try await sink.deliver(backup(), using: FeedingTransfer(bytes: [1, 2]))
            #expect(try await sink.presence(of: receipt) == .present)
            try await sink.remove(receipt)
            #expect(try await sink.presence(of: receipt) == .absent)
            try await sink.remove(receipt)

            let plain = try await self.sink(scratch, ["program": .text("no-such-program")])
            #expect(try await plain.check().map(\.level) == [.error])
            #expect(try await plain.presence(of: receipt) != .absent)
            await #expect(throws: Failure.self) { try await plain.remove(receipt) }
            let vague = try await self.sink(scratch, ["program": .text("cat"), "presence": .texts(["false"])])
            guard case .unknown = try await vague.presence(of: receipt) else {
                Issue.record("only status 3 is absent")
                return
            }
        }
    }
}
