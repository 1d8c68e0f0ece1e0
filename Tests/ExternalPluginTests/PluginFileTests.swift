import Foundation
import Testing
import WherryCore
import WherryPluginKit
import WherryTestSupport

@testable import ExternalPlugin

@Suite(.timeLimit(.minutes(5)))
struct PluginFileTests {
    private func code(_ body: () throws -> Void) throws -> String {
        try #require(throws: Failure.self) { try body() }.code
    }

    @Test func refusesWhatOthersMayChange() async throws {
        try await World.with { world in
            let path = try world.broken("none")
            _ = try PluginFile(path: path)
            chmod(path, 0o757)
            #expect(try code { _ = try PluginFile(path: path) } == "external.exposed")
            // The owner's own group has the owner's number; others have other members.
            chmod(path, 0o775)
            if geteuid() == 0 {
                _ = try PluginFile(path: path)
                #expect(chown(path, 0, 50) == 0)
                #expect(try code { _ = try PluginFile(path: path) } == "external.exposed")
                #expect(chown(path, 0, 0) == 0)
                #expect(chown(world.scratch.file("plugins"), 1_234, 0) == 0)
                #expect(try code { _ = try PluginFile(path: path) } == "external.exposed")
                #expect(chown(world.scratch.file("plugins"), 0, 0) == 0)
            }
            chmod(path, 0o600)
            #expect(try code { _ = try PluginFile(path: path) } == "external.not-executable")
            chmod(path, 0o755)
            chmod(world.scratch.file("plugins"), 0o777)
            #expect(try code { _ = try PluginFile(path: path) } == "external.exposed")
            chmod(world.scratch.file("plugins"), 0o1777)
            _ = try PluginFile(path: path)
            #expect(try code { _ = try PluginFile(path: "/nonexistent") } == "external.not-found")
            #expect(try code { _ = try PluginFile(path: "/") } == "external.not-executable")
        }
    }

    @Test func refusesAProgramWithAnotherDigest() async throws {
        try await World.with { world in
            let path = try world.broken("none")
            let digest = try PluginFile(path: path).digest().hex
            let sink = try await world.sink(path, ["sha256": .text(digest)])
            _ = try await sink.check()
            try FileHandle(forWritingTo: URL(fileURLWithPath: path)).truncate(atOffset: 5)
            let failure = try await #require(throws: Failure.self) { try await sink.check() }
            #expect(failure.code == "external.pin")
        }
    }

    @Test func findsAPluginByName() async throws {
        try await World.with { world in
            _ = try world.install(Fixtures.folder + "/plugins/broken.py", as: "wherry-sink-none")
            let folder = world.scratch.file("plugins")
            var options = OptionValues([
                "name": .text("none"), "folders": .texts(["/nonexistent", folder]),
                "options": .mapping(["folder": .text("/tmp")]),
            ])
            let sink = try await ExternalSinkPlugin.makeSink(options, context: .forTests(world.scratch))
            #expect(try await sink.check().count == 2)
            for name in ["no-such", "../none", ""] {
                options.set("name", .text(name))
                let other = try await ExternalSinkPlugin.makeSink(options, context: .forTests(world.scratch))
                let failure = try await #require(throws: Failure.self) { try await other.check() }
                #expect(failure.code == "external.not-found")
            }
        }
    }

    @Test func aSinkIsNoSource() async throws {
        try await World.with { world in
            let path = try world.broken("none")
            let options = OptionValues(["path": .text(path)])
            let source = try await ExternalSourcePlugin.makeSource(options, context: .forTests(world.scratch))
            let failure = try await #require(throws: Failure.self) { try await source.check() }
            #expect(failure.code == "external.other-kind")
        }
    }
}
