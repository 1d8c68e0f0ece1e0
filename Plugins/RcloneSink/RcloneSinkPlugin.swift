import WherryCore
public import WherryPluginKit
import WherryPrograms

/// Stores backups in anything that rclone reaches.
public enum RcloneSinkPlugin: SinkPlugin {
    /// Id `rclone`.
    public static let descriptor = PluginDescriptor(
        id: "rclone",
        title: "anything that rclone reaches",
        summary: """
            Streams every file through rclone into a remote, under a name of its own; what was verified and is there \
            in full is then moved to its final name.
            """,
        capabilities: [.storesBytes, .checksPresence, .removesCopies, .readsCopies]
    )

    /// The remote and what rclone needs for it.
    public static let options = [
        OptionSpec(
            "remote",
            .string,
            help: "A remote of rclone's configuration and a folder in it.",
            required: true,
            example: "offsite:redis"
        ),
        OptionSpec(
            "path",
            .string,
            help: "Where each file goes below it, from the fields of a path template.",
            default: "{source}/{instance}/{time}-{backup}/{instance}-{time}-shard{shard}.rdb"
        ),
        OptionSpec("config", .path, help: "rclone's configuration file; that of this user when left out."),
        OptionSpec("config_password", .secret, help: "The password of an encrypted configuration file."),
        OptionSpec("program", .string, help: "The program: a name in PATH, or an absolute path.", default: "rclone"),
        ProgramOptions.environment,
        ProgramOptions.timeout,
        ProgramOptions.stallTimeout,
    ]

    /// Makes it.
    public static func makeSink(_ options: OptionValues, context: PluginContext) async throws -> any Sink {
        var environment = try ProgramOptions.environment(options)
        if let config = options.text("config") { environment.variables["RCLONE_CONFIG"] = config }
        if let password = options.secret("config_password") { environment.secrets["RCLONE_CONFIG_PASS"] = password }
        return RcloneSink(
            tool: RcloneTool(
                name: options.text("program") ?? "rclone",
                environment: environment,
                limits: ProgramOptions.limits(options)
            ),
            remote: try RemotePath(try options.required("remote")),
            template: try PathTemplate(try options.required("path")),
            context: context
        )
    }
}
