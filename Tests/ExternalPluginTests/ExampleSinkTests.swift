import Foundation
import Testing
import WherryCore
import WherryPluginKit
import WherryTestSupport

@testable import ExternalPlugin

/// The example sink in sh, under the plugin that runs it.
@Suite(.timeLimit(.minutes(5)))
struct ExampleSinkTests {
    @Test func deliversAndForgetsAgain() async throws {
        try await World.with { world in
            let sink = try await world.folderSink()
            let (backup, transfer) = world.backup([3_000_000, 10, 0])
            let receipt = try await sink.deliver(backup, using: transfer)
            #expect(receipt.outcome == .delivered)
            #expect(receipt.artifacts.map(\.size) == [ByteCount(3_000_000), ByteCount(10), ByteCount(0)])
            for artifact in receipt.artifacts {
                let stored = FileManager.default.contents(atPath: artifact.location).map(Array.init)
                #expect((stored == transfer.bytes[artifact.position]) as Bool)
            }
            #expect(try await sink.deliver(backup, using: transfer) == receipt)
            #expect(try await sink.presence(of: receipt) == .present)
            try await sink.remove(receipt)
            #expect(try await sink.presence(of: receipt) == .absent)
            try await sink.remove(receipt)
            #expect(world.scratch.files(below: "store").isEmpty)
        }
    }

    @Test func anUnverifiedStreamLeavesNothing() async throws {
        try await World.with { world in
            let sink = try await world.folderSink()
            var (backup, transfer) = world.backup([400_000])
            transfer.breaksAfter = 200_000
            let broken = transfer
            await #expect(throws: Failure.self) { try await sink.deliver(backup, using: broken) }
            #expect(world.scratch.files(below: "store").isEmpty)
        }
    }

    @Test func checkTellsWhatIsWrong() async throws {
        try await World.with { world in
            let sink = try await world.folderSink()
            #expect(try await sink.check().map(\.level) == [.ok, .ok])
            let path = try world.install(World.root + "/Examples/Plugins/wherry-sink-folder.sh", as: "other")
            let wrong = try await world.sink(path, ["options": .mapping(["folder": .text("/nonexistent")])])
            let failure = try await #require(throws: Failure.self) { try await wrong.check() }
            #expect(failure.failureClass == .configuration)
            let unknown = try await world.sink(path, ["options": .mapping(["foldre": .text("/tmp")])])
            let other = try await #require(throws: Failure.self) { try await unknown.check() }
            #expect(other.code == "external.options")
            #expect(other.message.contains("foldre"))
        }
    }
}
