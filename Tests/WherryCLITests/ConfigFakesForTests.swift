import WherryCore
import WherryPluginKit

@testable import WherryCLI

/// A source plugin with the options of the real `crs`; makes nothing.
enum FakeCRS: SourcePlugin {
    static let descriptor = PluginDescriptor(id: "crs", title: "crs", summary: "Redis in a cloud account.")
    static let options = [
        OptionSpec("endpoint", .endpoint, help: "Where the API is.", default: "https://redis.api.qcloud.com"),
        OptionSpec("region", .string, help: "The region.", required: true, example: "ap-guangzhou"),
        OptionSpec("secret_id", .secret, help: "The SecretId.", required: true),
        OptionSpec("secret_key", .secret, help: "The SecretKey.", required: true),
        OptionSpec("url_life", .duration, help: "How long URLs work.", default: "12h"),
        OptionSpec("time_zone", .string, help: "The offset of times.", default: "+08:00"),
        OptionSpec("signature", .choice(["HmacSHA256", "HmacSHA1"]), help: "How to sign.", default: "HmacSHA256"),
        OptionSpec("method", .choice(["GET", "POST"]), help: "How to send.", default: "POST"),
        OptionSpec("page_size", .integer(1...100), help: "How many a page.", default: "100"),
        OptionSpec("compress", .boolean, help: "Whether answers may be compressed.", default: "false"),
    ]

    static func makeSource(_ options: OptionValues, context: PluginContext) async throws -> any Source {
        throw CancellationError()
    }
}

/// A source plugin with the options of the real `tencentcloud` that the template has; makes nothing.
enum FakeTencentCloud: SourcePlugin {
    static let descriptor = PluginDescriptor(id: "tencentcloud", title: "cloud", summary: "Redis, API 3.0.")
    static let options = [
        OptionSpec("region", .string, help: "The regions.", required: true, example: "ap-guangzhou"),
        OptionSpec("secret_id", .secret, help: "The SecretId.", required: true),
        OptionSpec("secret_key", .secret, help: "The SecretKey.", required: true),
    ]

    static func makeSource(_ options: OptionValues, context: PluginContext) async throws -> any Source {
        throw CancellationError()
    }
}

/// A source plugin with the options of the real `depot`; makes nothing.
enum FakeDepot: SourcePlugin {
    static let descriptor = PluginDescriptor(id: "depot", title: "depot", summary: "Snapshots of your own servers.")
    static let options = [
        OptionSpec("folder", .path, help: "The folder of snapshots.", required: true),
        OptionSpec("url_life", .duration, help: "How long URLs work.", default: "12h"),
        OptionSpec("intranet_url", .endpoint, help: "Where near clients reach it."),
        OptionSpec("extranet_url", .endpoint, help: "Where others reach it.", default: "http://127.0.0.1:8378"),
        OptionSpec("signing_key", .secret, help: "Signs URLs."),
        OptionSpec(
            "servers",
            .records([
                OptionSpec("instance", .string, help: "Whose server it is.", required: true),
                OptionSpec("address", .string, help: "Where it is."),
                OptionSpec("password", .secret, help: "Opens it."), OptionSpec("ca", .path, help: "Who is trusted."),
                OptionSpec("stall_timeout", .duration, help: "How long it may be silent.", default: "60s"),
            ]),
            help: "Live servers."
        ),
    ]

    static func makeSource(_ options: OptionValues, context: PluginContext) async throws -> any Source {
        throw CancellationError()
    }
}

/// A sink plugin with the options of the real `local-disk`; makes nothing.
enum FakeDisk: SinkPlugin {
    static let descriptor = PluginDescriptor(id: "local-disk", title: "disk", summary: "Copies on a disk.")
    static let options = [
        OptionSpec("root", .path, help: "The folder of copies.", required: true),
        OptionSpec("path", .string, help: "Where a file goes below it.", default: "{instance}/{backup}-{shard}.rdb"),
    ]

    static func makeSink(_ options: OptionValues, context: PluginContext) async throws -> any Sink {
        throw CancellationError()
    }
}

/// A sink plugin with the options of the real `script`; makes nothing.
enum FakeScript: SinkPlugin {
    static let descriptor = PluginDescriptor(id: "script", title: "script", summary: "Scripts with wget.")
    static let options = [
        OptionSpec("folder", .path, help: "The folder of scripts.", required: true),
        OptionSpec(
            "path",
            .string,
            help: "Where a file goes below the target.",
            default: "{instance}/{backup}-{shard}.rdb"
        ),
        OptionSpec("target", .string, help: "Where the script stores files.", default: "."),
    ]

    static func makeSink(_ options: OptionValues, context: PluginContext) async throws -> any Sink {
        throw CancellationError()
    }
}

/// A sink plugin without options.
enum FakeNull: SinkPlugin {
    static let descriptor = PluginDescriptor(id: "null", title: "null", summary: "Takes all and keeps nothing.")
    static let options: [OptionSpec] = []

    static func makeSink(_ options: OptionValues, context: PluginContext) async throws -> any Sink {
        throw CancellationError()
    }
}

/// The world of one configuration: fake plugins, an environment and files in memory.
struct ConfigWorld {
    static let literal = "LITERALsecret0123456789"

    var environment = ["ID": "id-value", "KEY": "key-value", "EMPTY": "", "CREDENTIALS_DIRECTORY": "/run/credentials"]
    var files: [String: SmallFile] = [
        "/etc/wherry/id": .text("file-id\n"),
        "/etc/wherry/key": .text("file-key\r\n"),
        "/etc/wherry/public": SmallFile(bytes: Array("seen".utf8), isWorldReadable: true),
        "/etc/wherry/nothing": .text("\n"),
        "/etc/wherry/binary": SmallFile(bytes: [0xFF, 0xFE], isWorldReadable: false),
        "/run/credentials/api": .text("from-systemd"),
    ]

    static func registry() throws -> PluginRegistry {
        try PluginRegistry(
            sources: [FakeCRS.self, FakeDepot.self, FakeTencentCloud.self],
            sinks: [FakeDisk.self, FakeScript.self, FakeNull.self]
        )
    }

    var resolver: SecretResolver {
        let files = files
        return SecretResolver(environment: environment) { path throws(SmallFile.Problem) in
            guard let file = files[path] else { throw .missing }
            return file
        }
    }

    /// Reads a text as `/etc/wherry/wherry.yaml`, with secrets.
    func read(_ text: String, resolvingSecrets: Bool = true) throws -> Config {
        try ConfigFile.read(
            text,
            at: ConfigPlace(file: "wherry.yaml", folder: "/etc/wherry"),
            registry: Self.registry(),
            secrets: resolvingSecrets ? resolver : nil
        )
    }

    /// The lines of what is wrong with a text, without the file's name; those of warnings too.
    func problems(_ text: String) throws -> [String] {
        do {
            return try read(text).warnings.map(Self.line)
        } catch let error as ConfigError {
            return error.problems.map(Self.line)
        }
    }

    private static func line(_ problem: ConfigProblem) -> String {
        String(problem.line.dropFirst("wherry.yaml:".count))
    }

    /// A right configuration on which to try one thing.
    static let minimal = """
        sources:
          - name: prod
            plugin: crs
            options: { region: ap-guangzhou, secret_id: env:ID, secret_key: env:KEY }

        """
}

extension SmallFile {
    static func text(_ text: String) -> SmallFile { SmallFile(bytes: Array(text.utf8), isWorldReadable: false) }
}
