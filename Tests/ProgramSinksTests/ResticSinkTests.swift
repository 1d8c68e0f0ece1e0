import Foundation
import ResticSink
import Testing
import WherryCore
import WherryPluginKit
import WherryTestSupport

/// Against the real restic, with a repository in a folder.
@Suite(.timeLimit(.minutes(5)))
struct ResticSinkTests {
    private func sink(
        _ scratch: Scratch,
        notes: MemoryNotes = MemoryNotes(),
        makes: Bool = true,
        password: String = "LEAKMARKpassword"
    ) async throws -> any Sink {
        var context = PluginContext.forTests(scratch)
        context.notes = notes
        return try await ResticSinkPlugin.makeSink(
            OptionValues([
                "repository": .text(scratch.file("repository")), "password": .secret(Secret(password)),
                "path": .text("{instance}/{backup}/{shard}.rdb"), "init": .boolean(makes),
                "timeout": .duration(.seconds(200)),
            ]),
            context: context
        )
    }

    private func restic(_ scratch: Scratch, _ arguments: String...) async throws -> [UInt8] {
        let environment = [
            "RESTIC_REPOSITORY": scratch.file("repository"), "RESTIC_PASSWORD": "LEAKMARKpassword",
            "RESTIC_CACHE_DIR": scratch.file("cache"),
        ]
        return try await output("/usr/bin/restic", arguments, environment, scratch)
    }

    private func snapshots(_ scratch: Scratch) async throws -> [[String: Any]] {
        let answer = Data(try await restic(scratch, "snapshots", "--json"))
        return try #require(try JSONSerialization.jsonObject(with: answer) as? [[String: Any]])
    }

    @Test func storesWhatResticReadsBackOnce() async throws {
        try await Scratch.with { scratch in
            let sink = try await sink(scratch)
            #expect(try await sink.check().map(\.level) == [.warning])
            try await sink.prepare(run: RunID(rawValue: 1), recovering: false)
            #expect(try await sink.check().map(\.level) == [.ok])
            let bytes = noise(3_000_001)
            let first = try await sink.deliver(backup(files: 2), using: FeedingTransfer(bytes: bytes))
            for artifact in first.artifacts {
                let parts = artifact.location.dropFirst("restic:".count).split(separator: "/", maxSplits: 1)
                let read = try await restic(scratch, "dump", String(parts[0]), "/" + parts[1])
                let isSame = read == bytes
                #expect(isSame)
            }
            #expect(try await sink.presence(of: first) == .present)

            // Once more, as after a crash before the receipt was kept: one snapshot a file, the new ones.
            let second = try await sink.deliver(backup(files: 2), using: FeedingTransfer(bytes: bytes))
            #expect(try await snapshots(scratch).count == 4)
            try await sink.finish(
                RunSummary(run: RunID(rawValue: 1), startedAt: Timestamp(seconds: 0), delivered: 1, failed: 0)
            )
            #expect(try await snapshots(scratch).count == 2)
            #expect(try await sink.presence(of: first) == .absent)
            #expect(try await sink.presence(of: second) == .present)
            let tags = try await snapshots(scratch).compactMap { $0["tags"] as? [String] }
            #expect(tags.allSatisfy { $0.contains("wherry") && $0.contains("backup=b%2C1") && $0.count == 6 })

            try await sink.remove(second)
            try await sink.remove(second)
            #expect(try await snapshots(scratch).isEmpty)
        }
    }

    @Test func wrongBytesBecomeNoSnapshotAndLeaveNoLock() async throws {
        try await Scratch.with { scratch in
            let notes = MemoryNotes()
            let sink = try await sink(scratch, notes: notes)
            try await sink.prepare(run: RunID(rawValue: 1), recovering: false)
            await #expect(throws: FeedingTransfer.wrong) {
                try await sink.deliver(backup(), using: FeedingTransfer(bytes: noise(5_000_000), isWrong: true))
            }
            #expect(try await snapshots(scratch).isEmpty)
            #expect(try await restic(scratch, "list", "locks", "--no-lock").isEmpty)
            #expect(try await notes.notes(under: "").isEmpty)
        }
    }

    @Test func cancellationBecomesNoSnapshot() async throws {
        try await Scratch.with { scratch in
            let sink = try await sink(scratch)
            try await sink.prepare(run: RunID(rawValue: 1), recovering: false)
            let seen = Seen()
            let transfer = FeedingTransfer(bytes: noise(3 << 20)) { start in
                guard start > 0 else { return }
                seen.add(["fed"])
                try await Task.sleep(for: .seconds(100))
            }
            let task = Task { try await sink.deliver(backup(), using: transfer) }
            while seen.all.isEmpty { try await Task.sleep(for: .milliseconds(50)) }
            task.cancel()
            await #expect(throws: CancellationError.self) { try await task.value }
            #expect(try await snapshots(scratch).isEmpty)
        }
    }

    @Test func anUnverifiedSnapshotOfACrashIsForgotten() async throws {
        try await Scratch.with { scratch in
            let notes = MemoryNotes()
            let sink = try await sink(scratch, notes: notes)
            try await sink.prepare(run: RunID(rawValue: 1), recovering: false)
            let good = try await sink.deliver(backup(), using: FeedingTransfer(bytes: noise(1_000)))
            let id = String(try #require(good.artifacts.first?.location.dropFirst(7).prefix(64)))
            // As when this process and its guard died while they fed restic, which took that for the end of the file.
            let tags = ["sink=test", "source=cloud", "instance=crs-1", "backup=b%2C1", "shard=0"]
            try await notes.note("pending/" + tags.joined(separator: "/"), id)
            try scratch.write("half", noise(500))
            let marks = "wherry," + tags.joined(separator: ",")
            _ = try await restic(scratch, "backup", scratch.file("half"), "--tag", marks)
            _ = try await restic(scratch, "backup", scratch.file("half"), "--tag", "theirs")
            #expect(try await snapshots(scratch).count == 3)
            try await sink.prepare(run: RunID(rawValue: 2), recovering: true)
            #expect(try await sink.presence(of: good) == .present)
            #expect(try await snapshots(scratch).count == 2)
            #expect(try await notes.notes(under: "").isEmpty)
        }
    }

    @Test func saysWhatIsWrongWithTheRepository() async throws {
        try await Scratch.with { scratch in
            let sink = try await sink(scratch, makes: false)
            #expect(try await sink.check().first?.message.contains("no repository") == true)
            await #expect { try await sink.deliver(backup(), using: FeedingTransfer(bytes: [1])) } throws: {
                ($0 as? Failure)?.code == "restic.no-repository"
            }
            try await self.sink(scratch).prepare(run: RunID(rawValue: 1), recovering: false)
            let other = try await self.sink(scratch, password: "LEAKMARKother")
            await #expect { try await other.deliver(backup(), using: FeedingTransfer(bytes: [1])) } throws: { error in
                (error as? Failure)?.code == "restic.password" && !"\(error)".contains("LEAKMARK")
            }
            let receipt = Receipt(
                outcome: .delivered,
                artifacts: [Artifact(position: 0, location: "restic:" + String(repeating: "a", count: 64) + "/x")]
            )
            guard case .unknown = try await other.presence(of: receipt) else {
                Issue.record("who could not look does not know")
                return
            }
            #expect(try await sink.presence(of: receipt) == .absent)
        }
    }

    @Test func theirSnapshotsAreLeftAlone() async throws {
        try await Scratch.with { scratch in
            let sink = try await sink(scratch)
            try await sink.prepare(run: RunID(rawValue: 1), recovering: false)
            try scratch.write("theirs", [1, 2, 3])
            _ = try await restic(scratch, "backup", scratch.file("theirs"))
            let id = try #require(try await snapshots(scratch).first?["id"] as? String)
            let receipt = Receipt(
                outcome: .delivered,
                artifacts: [Artifact(position: 0, location: "restic:\(id)/theirs")]
            )
            await #expect { try await sink.remove(receipt) } throws: { ($0 as? Failure)?.code == "restic.not-ours" }
            #expect(try await snapshots(scratch).count == 1)
        }
    }

    @Test func thePasswordIsNotInTheCommandLine() async throws {
        try await Scratch.with { scratch in
            let sink = try await sink(scratch)
            try await sink.prepare(run: RunID(rawValue: 1), recovering: false)
            let seen = Seen()
            let transfer = FeedingTransfer(bytes: noise(3 << 20)) { _ in
                try await Task.sleep(for: .milliseconds(300))
                seen.add(commandLines())
            }
            _ = try await sink.deliver(backup(), using: transfer)
            #expect(seen.all.contains { $0.contains("restic backup") })
            #expect(!seen.all.contains { $0.contains("LEAKMARKpassword") })
        }
    }
}
