import Foundation
import RcloneSink
import Testing
import WherryCore
import WherryPluginKit
import WherryTestSupport

/// Against the real rclone, with a folder as its remote.
@Suite(.timeLimit(.minutes(5)))
struct RcloneSinkTests {
    private func sink(_ scratch: Scratch, notes: MemoryNotes = MemoryNotes(), remote: String = "store:")
        async throws -> any Sink
    {
        var context = PluginContext.forTests(scratch)
        context.notes = notes
        return try await RcloneSinkPlugin.makeSink(
            OptionValues([
                "remote": .text(remote + scratch.file("remote")), "path": .text("{instance}/{backup}/{shard}.rdb"),
                "config": .text("/dev/null"), "timeout": .duration(.seconds(200)),
                "environment": .records([
                    OptionValues(["name": .text("RCLONE_CONFIG_STORE_TYPE"), "text": .text("local")]),
                    OptionValues([
                        "name": .text("RCLONE_CONFIG_STORE_TOKEN"), "value": .secret(Secret("LEAKMARKtoken")),
                    ]),
                ]),
            ]),
            context: context
        )
    }

    private let environment = ["RCLONE_CONFIG_STORE_TYPE": "local", "RCLONE_CONFIG": "/dev/null"]

    @Test func storesWhatRcloneReadsBack() async throws {
        try await Scratch.with { scratch in
            let sink = try await sink(scratch)
            #expect(try await sink.check().map(\.level) == [.ok])
            let bytes = noise(5_000_001)
            for size in [nil, bytes.count] {
                let receipt = try await sink.deliver(backup(files: 2, size: size), using: FeedingTransfer(bytes: bytes))
                #expect(scratch.files(below: "remote") == ["crs-1/b%2C1/0.rdb", "crs-1/b%2C1/1.rdb"])
                for artifact in receipt.artifacts {
                    let read = try await output("/usr/bin/rclone", ["cat", artifact.location], environment, scratch)
                    let isSame = read == bytes
                    #expect(isSame)
                }
                #expect(try await sink.presence(of: receipt) == .present)
            }
        }
    }

    @Test func wrongBytesLeaveNothing() async throws {
        try await Scratch.with { scratch in
            let notes = MemoryNotes()
            let sink = try await sink(scratch, notes: notes)
            await #expect(throws: FeedingTransfer.wrong) {
                try await sink.deliver(backup(), using: FeedingTransfer(bytes: noise(5_000_000), isWrong: true))
            }
            #expect(scratch.files(below: "remote").isEmpty)
            #expect(try await notes.notes(under: "").isEmpty)
        }
    }

    @Test func presenceTellsGoneFromUnreachable() async throws {
        try await Scratch.with { scratch in
            let sink = try await sink(scratch)
            let receipt = try await sink.deliver(backup(), using: FeedingTransfer(bytes: noise(1_000)))
            try scratch.write("remote/crs-1/b%2C1/0.rdb", [1])
            #expect(try await sink.presence(of: receipt) == .absent, "of another size")
            try await sink.remove(receipt)
            try await sink.remove(receipt)
            #expect(try await sink.presence(of: receipt) == .absent)

            let unknown = try await self.sink(scratch, remote: "nobody:")
            #expect(try await unknown.check().map(\.level) == [.error])
            var lost = receipt
            lost.artifacts[0].location = "nobody:" + scratch.file("remote/x")
            guard case .unknown = try await unknown.presence(of: lost) else {
                Issue.record("a remote that nobody knows")
                return
            }
            await #expect { try await unknown.deliver(backup(), using: FeedingTransfer(bytes: [1])) } throws: {
                ($0 as? Failure)?.code == "rclone.no-remote"
            }
            // Another remote's files are left alone.
            await #expect(throws: Failure.self) { try await unknown.remove(receipt) }
        }
    }

    @Test func leftoversOfACrashAreRemoved() async throws {
        try await Scratch.with { scratch in
            let notes = MemoryNotes()
            let sink = try await sink(scratch, notes: notes)
            let noted = String(repeating: "a", count: 32) + ".part"
            let stray = String(repeating: "b", count: 32) + ".part"
            for name in [noted, stray, "mine.part", "other"] { try scratch.write("remote/.wherry-part/" + name, [1]) }
            try await notes.note("part/" + noted, "store:" + scratch.file("remote/.wherry-part/" + noted))
            try await notes.note("part/elsewhere", "store:/etc/passwd")
            try await sink.prepare(run: RunID(rawValue: 1), recovering: true)
            #expect(
                scratch.files(below: "remote") == [stray, "mine.part", "other"].map { ".wherry-part/" + $0 }.sorted()
            )
            #expect(try await sink.sweep(untouchedFor: .seconds(3_600)).isEmpty)
            let swept = try await sink.sweep(untouchedFor: .seconds(0))
            #expect(swept == ["store:" + scratch.file("remote/.wherry-part/" + stray)])
            #expect(scratch.files(below: "remote") == [".wherry-part/mine.part", ".wherry-part/other"])
        }
    }

    @Test func secretsAreNotInTheCommandLine() async throws {
        try await Scratch.with { scratch in
            let sink = try await sink(scratch)
            let seen = Seen()
            let transfer = FeedingTransfer(bytes: noise(3 << 20)) { _ in
                try await Task.sleep(for: .milliseconds(300))
                seen.add(commandLines())
            }
            _ = try await sink.deliver(backup(), using: transfer)
            #expect(seen.all.contains { $0.contains("rclone rcat") && $0.contains(scratch.path) })
            #expect(!seen.all.contains { $0.contains("LEAKMARKtoken") })
        }
    }

    @Test func aConnectionStringIsRefused() async throws {
        try await Scratch.with { scratch in
            for remote in [":s3,secret_access_key=x:", "store,token=x:", "", "-x:", "plain"] {
                await #expect { try await sink(scratch, remote: remote) } throws: {
                    ($0 as? Failure)?.code == "rclone.bad-remote"
                }
            }
        }
    }
}
