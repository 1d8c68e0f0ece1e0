import WherryCore
public import WherryPluginKit
import WherryPrograms

/// Stores backups as snapshots of a restic repository.
public enum ResticSinkPlugin: SinkPlugin {
    /// Id `restic`.
    public static let descriptor = PluginDescriptor(
        id: "restic",
        title: "snapshots of a restic repository",
        summary: """
            Streams every file into a snapshot of its own: encrypted and deduplicated by restic. Tags tell source, \
            instance, backup and shard. An unverified file never becomes a snapshot.
            """,
        capabilities: [.storesBytes, .checksPresence, .removesCopies, .readsCopies]
    )

    /// The repository and what opens it.
    public static let options = [
        OptionSpec(
            "repository",
            .string,
            help: "The repository, as restic's -r takes it, without a password in it.",
            example: "s3:https://s3.example/bucket/redis"
        ),
        OptionSpec("repository_secret", .secret, help: "The repository, where its address holds a password."),
        OptionSpec("password", .secret, help: "The repository's password.", required: true),
        OptionSpec(
            "path",
            .string,
            help: "The file's path in its snapshot, from the fields of a path template.",
            default: "{source}/{instance}/{time}-{backup}/{instance}-{time}-shard{shard}.rdb"
        ),
        OptionSpec("init", .boolean, help: "Make the repository when there is none.", default: "false"),
        OptionSpec("cache", .path, help: "restic's cache; a folder beside the catalog when left out."),
        OptionSpec("program", .string, help: "The program: a name in PATH, or an absolute path.", default: "restic"),
        ProgramOptions.environment,
        ProgramOptions.timeout,
        ProgramOptions.stallTimeout,
    ]

    /// Makes it.
    public static func makeSink(_ options: OptionValues, context: PluginContext) async throws -> any Sink {
        var environment = try ProgramOptions.environment(
            options,
            adding: ["RESTIC_CACHE_DIR": options.text("cache") ?? context.stateDirectory + "/cache"]
        )
        switch (options.text("repository"), options.secret("repository_secret")) {
        case (let repository?, nil) where !isTelling(repository):
            environment.variables["RESTIC_REPOSITORY"] = repository
        case (nil, let repository?):
            environment.secrets["RESTIC_REPOSITORY"] = repository
        default:
            throw Failure(
                .configuration,
                code: "restic.repository-option",
                "The options name no repository, or two, or one with a password in its address.",
                remedy: "Set repository:, or repository_secret: to a reference when the address holds a password."
            )
        }
        environment.secrets["RESTIC_PASSWORD"] = try options.requiredSecret("password")
        return ResticSink(
            tool: ResticTool(
                name: options.text("program") ?? "restic",
                environment: environment,
                limits: ProgramOptions.limits(options, heedsInterrupt: true)
            ),
            template: try PathTemplate(try options.required("path")),
            makesRepository: options.boolean("init") ?? false,
            context: context
        )
    }

    /// Whether an address has `user:password@` in it.
    private static func isTelling(_ repository: String) -> Bool {
        guard let scheme = repository.firstRange(of: "://") else { return false }
        let authority = repository[scheme.upperBound...].prefix { $0 != "/" }
        guard let at = authority.lastIndex(of: "@") else { return false }
        return authority[..<at].contains(":")
    }
}
