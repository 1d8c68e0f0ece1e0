import Testing
import WherryCore
import WherryEngine
import WherryPluginKit

@testable import WherryCLI

@Suite struct ConfigTemplateTests {
    private func world() -> ConfigWorld {
        var world = ConfigWorld()
        world.files["/etc/wherry/secrets/api-key.id"] = .text("id\n")
        world.files["/etc/wherry/secrets/api-key.secret"] = .text("secret\n")
        world.files["/etc/wherry/secrets/saver.pw"] = .text("saver\n")
        world.files["/etc/wherry/secrets/cloud.key"] = .text("cloud\n")
        world.environment["TENCENTCLOUD_SECRET_ID"] = "cloud-id"
        return world
    }

    @Test func isRight() throws {
        let config = try world().read(ConfigTemplate.text())
        #expect(config.warnings.isEmpty)
        #expect(config.sources.map(\.plugin) == ["depot"])
        #expect(config.sinks.map(\.plugin) == ["local-disk", "script"])
        #expect(config.jobs.map(\.name) == ["nightly"])
        #expect(config.jobs.first?.sinks == ["disk", "script"])
        #expect(config.serve?.keys.map(\.secretID.reveal) == ["id"])
        #expect(config.serve?.allowsPlainHTTP == true)
    }

    /// What is commented out is right as well.
    @Test func isRightWithoutItsCommentMarks() throws {
        let lines = ConfigTemplate.text().split(separator: "\n", omittingEmptySubsequences: false).map { line in
            let indent = line.prefix { $0 == " " }
            let words = line.dropFirst(indent.count + 2)
            // A sentence begins with a capital letter, a key with a small one.
            let isSentence = words.first { $0 != " " && $0 != "-" }?.isUppercase ?? true
            return line.dropFirst(indent.count).hasPrefix("# ") && !indent.isEmpty && !isSentence
                ? indent + words : line
        }
        let text = lines.joined(separator: "\n")
        #expect(text.contains("\n    intranet_url: ") || text.contains("\n      intranet_url: "))
        let config = try world().read(text)
        #expect(config.sources.map(\.plugin) == ["depot", "tencentcloud"])
        let server = try #require(config.sources.first?.options.records("servers").first)
        #expect(server.text("instance") == "orders" && server.secret("password")?.reveal == "saver")
        #expect(config.sources.last?.options.secret("secret_key")?.reveal == "cloud")
    }
}
