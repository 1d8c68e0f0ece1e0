import WherryCore
public import WherryPluginKit

/// Keeps snapshots of Redis servers that you run yourself, and serves their bytes behind signed, expiring URLs.
public enum DepotSourcePlugin: SourcePlugin {
    /// Id `depot`.
    public static let descriptor = PluginDescriptor(
        id: "depot",
        title: "snapshots of your own Redis servers",
        summary: """
            A folder of RDB files, taken from live servers with `wherry depot snapshot` or registered with `wherry depot \
            add`, and served by `wherry serve` behind signed URLs that expire, like a cloud provider's. Takes snapshots \
            of the live servers that it is told of when it is asked to, and by schedule.
            """,
        capabilities: [.hostsFiles, .requestsBackups]
    )

    /// `folder`, `keep`, `servers`, `url_life`, `intranet_url`, `extranet_url`, `signing_key`.
    public static let options = [
        OptionSpec(
            "folder",
            .path,
            help: "The folder that holds the snapshots; it is wherry's alone.",
            required: true,
            example: "/srv/redis-depot"
        ),
        OptionSpec(
            "keep",
            .duration,
            help: """
                From which age on snapshots are removed: after one that a schedule asked for, and by `wherry depot prune` \
                and `wherry depot snapshot --prune`.
                """,
            default: DepotRetention.defaultAge
        ),
        OptionSpec(
            "servers",
            .records(LiveServer.options),
            help: "The live servers behind instances, of which snapshots are taken on request and by schedule."
        ),
        OptionSpec("url_life", .duration, help: "How long an issued URL works.", default: "12h"),
        OptionSpec(
            "intranet_url",
            .endpoint,
            help: "Where clients in the same network reach `wherry serve`; left out, no intranet URL is issued.",
            example: "http://10.0.0.5:8378"
        ),
        OptionSpec(
            "extranet_url",
            .endpoint,
            help: "Where all other clients reach `wherry serve`.",
            default: "http://127.0.0.1:8378"
        ),
        OptionSpec(
            "signing_key",
            .secret,
            help: "The key that signs URLs; left out, one is made and kept beside the catalog.",
            example: "file:/etc/wherry/depot-key"
        ),
    ]

    /// Makes the source.
    ///
    /// - Throws: ``Failure`` of class `configuration` when the signing key can neither be read nor made, or an entry of
    ///   `servers` is not right.
    public static func makeSource(_ options: OptionValues, context: PluginContext) async throws -> any Source {
        let folder = try options.required("folder")
        let servers = try LiveServer.all(options)
        let requests = DepotRequests(
            store: DepotStore(
                folder: folder,
                inventory: context.inventory,
                clock: context.clock,
                random: context.random
            ),
            servers: servers,
            keep: options.duration("keep") ?? DepotRetention.defaultKeep,
            state: context.stateDirectory,
            logger: context.logger
        )
        return DepotSource(
            folder: folder,
            urlLife: options.duration("url_life") ?? .seconds(12 * 3_600),
            intranet: options.text("intranet_url"),
            extranet: options.text("extranet_url"),
            signer: DownloadSigner(key: try SigningKey.load(options.secret("signing_key"), context)),
            inventory: context.inventory,
            http: context.http,
            clock: context.clock,
            live: servers.isEmpty ? nil : requests
        )
    }
}
