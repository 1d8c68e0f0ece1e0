import Foundation
import Testing
import WherryCore
import WherryPluginKit
import WherryTestSupport

@testable import ExternalPlugin

/// The example source in Python, under the plugin that runs it.
@Suite(.timeLimit(.minutes(5)))
struct ExampleSourceTests {
    private func source(_ world: World) async throws -> any Source {
        let path = try world.install(World.root + "/Examples/Plugins/wherry-source-shelf.py", as: "shelf")
        let values = OptionValues([
            "path": .text(path),
            "options": .mapping([
                "folder": .text(world.scratch.sub("store").path), "base_url": .text("https://files.invalid"),
            ]),
            "secrets": .mapping(["link_key": .secret(Secret(World.token))]),
        ])
        return try await ExternalSourcePlugin.makeSource(values, context: .forTests(world.scratch))
    }

    @Test func listsAndIssues() async throws {
        try await World.with { world in
            try world.scratch.write("store/crs-1/b-1.rdb", Array("REDIS".utf8))
            try world.scratch.write("store/crs-1/b-2.rdb", Array("REDIS0011".utf8))
            try world.scratch.write("store/crs-2/b-1.rdb", Array("x".utf8))
            let source = try await source(world)
            var instances: [Instance.ID] = []
            for try await instance in source.instances() { instances.append(instance.id) }
            #expect(instances.sorted() == ["crs-1", "crs-2"])
            var sizes: [ByteCount?] = []
            for try await backup in source.backups(of: "crs-1", since: nil) { sizes.append(backup.size) }
            #expect(Set(sizes) == [ByteCount(5), ByteCount(9)])
            let files = try await source.issueURLs(for: "b-2", of: "crs-1")
            #expect(files.map(\.file.position) == [0])
            #expect(files[0].extranet?.text.hasPrefix("https://files.invalid/crs-1/b-2.rdb?expires=") == true)
            let failure = try await #require(throws: Failure.self) {
                try await source.issueURLs(for: "../crs-2/b-1", of: "crs-1")
            }
            #expect(failure.code == "backup.not-found")
            #expect(failure.failureClass == .notFound)
        }
    }

    @Test func cannotHaveBackupsMade() async throws {
        try await World.with { world in
            let orders = try #require(try await source(world).requests)
            let failure = try await #require(throws: Failure.self) {
                try await orders.requestBackup(of: "crs-1", remark: nil)
            }
            #expect(failure.code == "source.cannot-request")
        }
    }
}
