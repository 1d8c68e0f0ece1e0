import SystemPackage
import WherryCore
public import WherryPluginKit

/// Stores backups as files below a folder.
public enum LocalDiskSinkPlugin: SinkPlugin {
    /// Where a file goes when nobody says otherwise.
    public static let defaultPath = "{instance}/{time}-{backup}/{instance}-{time}-shard{shard}.rdb"

    /// Id `local-disk`.
    public static let descriptor = PluginDescriptor(
        id: "local-disk",
        title: "files on a mounted disk",
        summary: """
            Fetches every file of a backup, verifies it while its bytes pass, and publishes it atomically below a folder, \
            with a manifest beside it.
            """,
        capabilities: [.storesBytes, .checksPresence, .removesCopies, .readsCopies]
    )

    /// `root` and `path`.
    public static let options = [
        OptionSpec(
            "root",
            .path,
            help: "The folder that holds the copies; it is wherry's alone.",
            required: true,
            example: "/srv/redis-backups"
        ),
        OptionSpec(
            "path",
            .string,
            help: "Where a file goes below it: {source} {instance} {backup} {time} {shard} {file}.",
            default: defaultPath
        ),
    ]

    /// Makes the sink.
    ///
    /// - Throws: ``Failure`` of class `configuration` when the path template is no good.
    public static func makeSink(_ options: OptionValues, context: PluginContext) async throws -> any Sink {
        LocalDiskSink(
            // Without the slash at its end that people write.
            root: FilePath(try options.required("root") as String).string,
            template: try PathTemplate(options.text("path") ?? defaultPath),
            clock: context.clock
        )
    }
}
