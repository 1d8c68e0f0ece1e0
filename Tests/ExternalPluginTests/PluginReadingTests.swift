import Foundation
import Testing
import WherryCore
import WherryPluginKit
import WherryTestSupport

@testable import ExternalPlugin

/// Copies that come back out of plugins that are programs.
@Suite(.timeLimit(.minutes(5)))
struct PluginReadingTests {
    private func withCopy(
        _ sizes: [Int] = [3_000_000, 10, 0],
        _ body: (any Sink, Receipt, [Int: [UInt8]], World) async throws -> Void
    ) async throws {
        try await World.with { world in
            let sink = try await world.folderSink()
            let (backup, transfer) = world.backup(sizes)
            let receipt = try await sink.deliver(backup, using: transfer)
            try await body(sink, receipt, transfer.bytes, world)
        }
    }

    /// The example with something else in place of what it does to read a copy.
    private func sink(reading script: String, in world: World) async throws -> any Sink {
        let path = try world.install(World.root + "/Examples/Plugins/wherry-sink-folder.sh", as: "other")
        let text = try String(contentsOfFile: path, encoding: .utf8)
        let changed = text.replacing(
            "cat \"$location\" >\"$(field stream)\" && say '{\"type\":\"result\"}'",
            with: script
        )
        #expect(changed != text)
        try Data(changed.utf8).write(to: URL(fileURLWithPath: path))
        return try await world.sink(path)
    }

    @Test func whatWasStoredComesBack() async throws {
        try await withCopy { sink, receipt, bytes, world in
            for artifact in receipt.artifacts {
                let gathered = Gathered()
                try await sink.read(artifact) { gathered.add($0) }
                let isSame = gathered.bytes == bytes[artifact.position]
                #expect(isSame)
                #expect(gathered.largest <= 256 << 10)
            }
            #expect(world.scratch.files(below: "state") == [])
        }
    }

    @Test func whatIsGoneIsSaidToBeGone() async throws {
        try await withCopy([10]) { sink, receipt, _, _ in
            try await sink.remove(receipt)
            await #expect { try await sink.read(receipt.artifacts[0]) { _ in } } throws: { error in
                (error as? Failure)?.failureClass == .notFound
            }
        }
    }

    @Test func whoThrowsOrIsCancelledEndsIt() async throws {
        try await withCopy([3_000_000]) { sink, receipt, _, world in
            let stop = Failure(.corrupt, code: "test.stop", "Enough.")
            await #expect(throws: stop) { try await sink.read(receipt.artifacts[0]) { _ in throw stop } }
            let gathered = Gathered()
            let task = Task {
                try await sink.read(receipt.artifacts[0]) { bytes in
                    gathered.add(bytes)
                    try await Task.sleep(for: .seconds(100))
                }
            }
            while gathered.bytes.isEmpty { try await Task.sleep(for: .milliseconds(10)) }
            task.cancel()
            await #expect(throws: CancellationError.self) { try await task.value }
            #expect(world.scratch.files(below: "state") == [])
        }
    }

    @Test func whatComesAfterTheResultCountsAndWhatIsMissingIsMissing() async throws {
        try await withCopy([100_000]) { _, receipt, bytes, world in
            // As much as a pipe holds, and the process is gone before a byte is read.
            let quick = try await sink(
                reading: "head -c 60000 \"$location\" >\"$(field stream)\"; say '{\"type\":\"result\"}'",
                in: world
            )
            let gathered = Gathered()
            try await quick.read(receipt.artifacts[0]) { gathered.add($0) }
            let isBeginning = gathered.bytes == Array((bytes[0] ?? []).prefix(60_000))
            #expect(isBeginning)
        }
    }

    @Test func oneThatFailsHalfWayIsNotTakenForAWhole() async throws {
        try await withCopy([100_000]) { _, receipt, _, world in
            let failing = try await sink(
                reading: "head -c 10 \"$location\" >\"$(field stream)\"; fail transient disk.error 'It broke.' 75",
                in: world
            )
            await #expect { try await failing.read(receipt.artifacts[0]) { _ in } } throws: { error in
                (error as? Failure)?.failureClass == .transient
            }
        }
    }

    @Test func oneThatNeverWritesIsEnded() async throws {
        try await withCopy([10]) { _, receipt, _, world in
            let path = try world.install(World.root + "/Examples/Plugins/wherry-sink-folder.sh", as: "other")
            let text = try String(contentsOfFile: path, encoding: .utf8)
                .replacing("cat \"$location\" >\"$(field stream)\"", with: "sleep 600")
            try Data(text.utf8).write(to: URL(fileURLWithPath: path))
            let mute = try await world.sink(path, ["stall": .duration(.seconds(1))])
            await #expect { try await mute.read(receipt.artifacts[0]) { _ in } } throws: { error in
                (error as? Failure)?.code == "external.stalled"
            }
            // Who waits for us keeps still for good reason.
            let sink = try await world.sink(
                try world.install(World.root + "/Examples/Plugins/wherry-sink-folder.sh", as: "patient"),
                ["stall": .duration(.seconds(1))]
            )
            let gathered = Gathered()
            try await sink.read(receipt.artifacts[0]) { bytes in
                try await Task.sleep(for: .milliseconds(1_500))
                gathered.add(bytes)
            }
            #expect(gathered.bytes.count == 10)
        }
    }

    @Test func oneWithoutTheOperationIsNotAsked() async throws {
        try await withCopy([10]) { _, receipt, _, world in
            let path = try world.install(World.root + "/Examples/Plugins/wherry-sink-folder.sh", as: "old")
            let text = try String(contentsOfFile: path, encoding: .utf8)
                .replacing("[\"presence\",\"read\",\"remove\"]", with: "[\"presence\",\"remove\"]")
            try Data(text.utf8).write(to: URL(fileURLWithPath: path))
            let old = try await world.sink(path)
            await #expect { try await old.read(receipt.artifacts[0]) { _ in } } throws: { error in
                (error as? Failure)?.code == "sink.cannot-read"
            }
        }
    }
}
