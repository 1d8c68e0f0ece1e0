import Foundation
import Testing
import WherryCore
import WherryPluginKit
import WherryTestSupport

@testable import ExternalPlugin

/// What plugins are given, in each of the ways in which they may want it.
@Suite(.timeLimit(.minutes(5)))
struct ObedientPluginTests {
    /// What the plugin wrote down of how it was run.
    private struct Note: Decodable {
        var argv: [String]
        var env: [String: String]
        var cwd: String
    }

    private func options(_ world: World, _ what: String) throws -> OptionValues {
        let path = try world.install(Fixtures.folder + "/plugins/obedient.py", as: what)
        return world.options(
            path,
            [
                "options": .mapping(["notes": .text(world.scratch.sub("notes").path), "count": .integer(3)]),
                "secrets": .mapping(["token": .secret(Secret(World.token))]),
            ]
        )
    }

    private func sink(_ world: World, _ what: String) async throws -> any Sink {
        try await ExternalSinkPlugin.makeSink(try options(world, what), context: .forTests(world.scratch))
    }

    private func note(_ world: World, _ operation: String) throws -> (text: String, note: Note) {
        let data = FileManager.default.contents(atPath: world.scratch.file("notes/\(operation)")) ?? Data()
        return (String(decoding: data, as: UTF8.self), try JSONDecoder().decode(Note.self, from: data))
    }

    @Test func linksAreEmittedAndWorkAsLongAsTheURLs() async throws {
        try await World.with { world in
            let sink = try await sink(world, "links")
            let (backup, transfer) = world.backup([5, 6])
            let receipt = try await sink.deliver(backup, using: transfer)
            #expect(receipt.outcome == .emitted)
            #expect(receipt.validUntil == Timestamp(seconds: 4_000_000_000))
            #expect(receipt.artifacts.map(\.location) == ["later/0.rdb", "later/1.rdb"])
            let (text, note) = try note(world, "deliver")
            #expect(text.contains("https://files.invalid/1.rdb?signature=not-for-the-eyes-of-others"))
            // The secret is where it belongs alone.
            #expect(note.argv.dropFirst() == ["deliver"])
            for word in note.argv + Array(note.env.values) {
                #expect(!word.contains(World.token))
                #expect(!word.contains("signature"))
            }
            #expect(note.cwd.contains("/operation-"))
            try await sink.finish(
                RunSummary(run: RunID(rawValue: 4), startedAt: Timestamp(seconds: 0), delivered: 2, failed: 1)
            )
            #expect(try self.note(world, "finish").text.contains(#""failed": 1"#))
        }
    }

    @Test func theEnvironmentIsAnAllowList() async throws {
        try await World.with { world in
            let target = world.scratch.file("environ")
            let script = """
                #!/bin/sh
                tr '\\0' '\\n' <"/proc/$$/environ" >\(target)
                exit 3

                """
            let path = try world.scratch.write("plugins/env", Array(script.utf8))
            chmod(path, 0o755)
            let sink = try await world.sink(path)
            await #expect(throws: Failure.self) { try await sink.check() }
            let lines = try String(contentsOfFile: target, encoding: .utf8).split(separator: "\n")
            let names = Set(lines.compactMap { $0.split(separator: "=").first.map(String.init) })
            #expect(names.contains("WHERRY_PLUGIN_COOKIE"))
            #expect(names.subtracting(["PATH", "HOME", "LANG", "TZ", "TMPDIR", "WHERRY_PLUGIN_COOKIE"]) == [])
        }
    }

    @Test func filesAreVerifiedBeforeAndRemovedAfterwards() async throws {
        try await World.with { world in
            let sink = try await sink(world, "file")
            let (backup, transfer) = world.backup([70_000, 0])
            let receipt = try await sink.deliver(backup, using: transfer)
            #expect(receipt.artifacts.map(\.size) == [ByteCount(70_000), ByteCount(0)])
            #expect(receipt.artifacts[0].stored?.stages == ["zstd"])
            #expect(receipt.artifacts[0].grade == .complete)
            #expect(world.scratch.files(below: "state").isEmpty)
            // It has no presence and no remove.
            guard case .unknown = try await sink.presence(of: receipt) else {
                Issue.record("A plugin that cannot look must not know.")
                return
            }
            let failure = try await #require(throws: Failure.self) { try await sink.remove(receipt) }
            #expect(failure.code == "sink.cannot-remove")
        }
    }

    @Test func aPluginIsGivenItsStateBack() async throws {
        try await World.with { world in
            let source = try await ExternalSourcePlugin.makeSource(
                try options(world, "source"),
                context: .forTests(world.scratch)
            )
            func remark(_ instance: Instance.ID) async throws -> String? {
                for try await backup in source.backups(of: instance, since: nil) where backup.id == "b-1" {
                    return backup.remark
                }
                return nil
            }
            #expect(try await remark("crs-1") == "1")
            #expect(try await remark("crs-1") == "2")
            // What does not count is not kept either.
            let failure = await #expect(throws: Failure.self) { _ = try await remark("crs-leak") }
            #expect(failure?.code == "external.leak")
            #expect(try await remark("crs-1") == "3")
        }
    }

    @Test func anOrderIsFoundAgainByItsTask() async throws {
        try await World.with { world in
            let source = try await ExternalSourcePlugin.makeSource(
                try options(world, "source"),
                context: .forTests(world.scratch)
            )
            let orders = try #require(source.requests)
            let request = try await orders.requestBackup(of: "crs-1", remark: "before the move")
            #expect(request.task == "task-7")
            let backup = try await orders.finished(request)
            #expect(backup?.id == "b-2")
            var patient = try #require(orders as? ExternalOrders)
            patient.polling = Polling(every: .zero, attempts: 3)
            var unknown = request
            unknown.task = "task-8"
            let unmade = try await #require(throws: Failure.self) { try await patient.finished(unknown) }
            #expect(unmade.code == "external.task-unfinished")
        }
    }

    @Test func anOrderToAPluginThatBrokeTheRulesMayHaveBeenTaken() async throws {
        try await World.with { world in
            let source = try await ExternalSourcePlugin.makeSource(
                try options(world, "source"),
                context: .forTests(world.scratch)
            )
            let orders = try #require(source.requests)
            let failure = try await #require(throws: Failure.self) {
                try await orders.requestBackup(of: "crs-two-hellos", remark: nil)
            }
            #expect(failure.code == "task.answer-lost")
        }
    }

    @Test func issuedURLsMayHoldASecretAndMustNotHaveExpired() async throws {
        try await World.with { world in
            let source = try await ExternalSourcePlugin.makeSource(
                try options(world, "source"),
                context: .forTests(world.scratch)
            )
            let files = try await source.issueURLs(for: "b-1", of: "crs-1")
            #expect(files[0].extranet?.text.hasSuffix(World.token) == true)
            let failure = try await #require(throws: Failure.self) {
                try await source.issueURLs(for: "old", of: "crs-1")
            }
            #expect(failure.code == "external.malformed")
        }
    }

    @Test func whatADeadProcessLeftIsRemoved() async throws {
        try await World.with { world in
            let sink = try await sink(world, "file")
            try world.scratch.write("state/operation-old/0.file", [1, 2, 3])
            try await sink.prepare(run: RunID(rawValue: 1), recovering: false)
            #expect(world.scratch.files(below: "state").count == 1)
            try await sink.prepare(run: RunID(rawValue: 1), recovering: true)
            #expect(world.scratch.files(below: "state").isEmpty)
        }
    }
}
