import Foundation
import Testing
import WherryCore
import WherryPluginKit

@testable import WherryCLI

@Suite struct ConfigSecretTests {
    private func text(_ reference: String) -> String {
        "sources: [{ name: a, plugin: crs, options: { region: x, secret_id: env:ID, secret_key: \(reference) } }]\n"
    }

    private func secret(_ reference: String) throws -> String? {
        try ConfigWorld().read(text(reference)).sources.first?.options.secret("secret_key")?.reveal
    }

    @Test(arguments: [
        ("env:KEY", "key-value"), ("file:/etc/wherry/key", "file-key"), ("file:key", "file-key"),
        ("file:./id", "file-id"),
        ("credential:api", "from-systemd"),
    ])
    func findsSecrets(reference: String, value: String) throws {
        #expect(try secret(reference) == value)
    }

    @Test(arguments: [
        ("env:NOWHERE", "secret_key: the environment variable NOWHERE is not set"),
        ("env:EMPTY", "secret_key: the environment variable EMPTY is empty"),
        ("file:nowhere", "secret_key: the secret file /etc/wherry/nowhere does not exist"),
        ("file:nothing", "secret_key: the secret file /etc/wherry/nothing is empty"),
        ("file:binary", "secret_key: the secret file /etc/wherry/binary is not UTF-8 text"),
        ("file:~/key", "secret_key has no usable path after file:"),
        ("'file:'", "secret_key has no usable path after file:"),
        ("env:$KEY", "secret_key has no variable's name after env:"),
        ("env:1KEY", "secret_key has no variable's name after env:"),
        ("'env:'", "secret_key has no variable's name after env:"),
        ("credential:../etc", "secret_key has no credential's name after credential:"),
        ("credential:..", "secret_key has no credential's name after credential:"),
        ("credential:other", "secret_key: the secret file /run/credentials/other does not exist"),
        ("vault:x", "secret_key is not a reference to a secret, expected env:NAME, file:PATH or credential:NAME"),
        ("123456", "secret_key is not a reference to a secret, expected env:NAME, file:PATH or credential:NAME"),
        ("[x]", "secret_key is a list, expected env:NAME, file:PATH or credential:NAME"),
        ("", "secret_key is empty, expected env:NAME, file:PATH or credential:NAME"),
    ])
    func tellsWhyThereIsNone(reference: String, message: String) throws {
        let error = try #require(throws: ConfigError.self) { _ = try ConfigWorld().read(text(reference)) }
        #expect(error.problems.map(\.message) == [message])
        #expect(reference.isEmpty || reference == "[x]" || error.problems.first?.remedy != nil)
    }

    @Test(arguments: [
        ConfigWorld.literal, "file:~/\(ConfigWorld.literal)", "'env:a \(ConfigWorld.literal)'",
        "[\(ConfigWorld.literal)]",
        "{ \(ConfigWorld.literal): x }", "'\(ConfigWorld.literal):x'", "'credential:\(ConfigWorld.literal)/'",
    ])
    func neverPrintsWhatMayBeASecret(reference: String) throws {
        let error = try #require(throws: ConfigError.self) { _ = try ConfigWorld().read(text(reference)) }
        #expect(!error.text(for: .error).contains(ConfigWorld.literal))
        #expect(!"\(error)".contains(ConfigWorld.literal))
        #expect(!error.failure.message.contains(ConfigWorld.literal))
    }

    @Test func warnsOfSecretsThatAllCanRead() throws {
        let config = try ConfigWorld().read(text("file:public"))
        #expect(
            config.warnings.map(\.line) == [
                "wherry.yaml:1:88: warning: secret_key: every user of this machine can read /etc/wherry/public"
            ]
        )
        #expect(config.sources.first?.options.secret("secret_key")?.reveal == "seen")
    }

    @Test func neverShowsSecretsWhenDumped() throws {
        let config = try ConfigWorld().read(text("file:key"))
        var dumped = ""
        dump(config, to: &dumped)
        #expect(!dumped.contains("file-key"))
        #expect(!"\(config)".contains("file-key"))
    }

    @Test func readsFilesOfThisMachine() throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("wherry-config-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let secret = folder.appendingPathComponent("key")
        try Data("on-disk\n".utf8).write(to: secret)
        try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: secret.path)
        let file = folder.appendingPathComponent("wherry.yaml")
        try Data(text("file:key").replacing("env:ID", with: "file:key").utf8).write(to: file)

        let config = try ConfigFile.load(file.path, registry: ConfigWorld.registry(), secrets: .process())
        #expect(config.sources.first?.options.secret("secret_key")?.reveal == "on-disk")
        #expect(config.catalog == folder.path + "/catalog.db")
        #expect(config.warnings.count == 2)

        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: secret.path)
        #expect(try ConfigFile.load(file.path, registry: ConfigWorld.registry(), secrets: .process()).warnings.isEmpty)

        try Data([0x61, 0x0A, 0xFF]).write(to: file)
        let error = try #require(throws: ConfigError.self) {
            _ = try ConfigFile.load(file.path, registry: ConfigWorld.registry(), secrets: nil)
        }
        #expect(error.problems.map(\.position) == [ConfigPosition(line: 2, column: 1)])

        let failure = try #require(throws: Failure.self) {
            _ = try ConfigFile.load(folder.path + "/nowhere.yaml", registry: ConfigWorld.registry(), secrets: nil)
        }
        #expect(failure.code == "config.unreadable")
        #expect(throws: SmallFile.Problem.self) { try SmallFile.read(folder.path, limit: 10) }
        #expect(throws: SmallFile.Problem.tooLong) { try SmallFile.read(secret.path, limit: 3) }
    }
}
