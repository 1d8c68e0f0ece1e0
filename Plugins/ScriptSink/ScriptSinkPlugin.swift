import WherryCore
public import WherryPluginKit

/// Makes sinks that write, once a run, a POSIX sh script in which wget fetches the files somewhere else.
///
/// For machines that can reach a provider's network while wherry cannot, or whose owners want to read what will run.
/// A script holds signed URLs: it is as secret as the backups, and works until they expire.
public struct ScriptSinkPlugin: SinkPlugin {
    /// What it says of itself.
    public static let descriptor = PluginDescriptor(
        id: "script",
        title: "wget script",
        summary: """
            Writes one shell script a run. Run it with sh on a machine that can reach the URLs: it fetches each file \
            with GNU wget, continues what was cut off, verifies it, and notes it in a receipt that wherry reads back.
            """,
        capabilities: [.emitsLinks]
    )

    /// Its options.
    public static let options: [OptionSpec] = [
        OptionSpec(
            "folder",
            .path,
            help: "Where scripts are written; made with mode 0700 when it does not exist.",
            required: true,
            example: "/var/lib/wherry/scripts"
        ),
        OptionSpec(
            "path",
            .string,
            help: "Where the script puts each file, below its target; from the fields of a path template.",
            default: "{instance}/{time}-{backup}/{instance}-{time}-shard{shard}.rdb"
        ),
        OptionSpec(
            "target",
            .string,
            help: "The directory in which the script stores files when run; its option --target and the environment "
                + "variable WHERRY_TARGET come before it.",
            default: ".",
            example: "/srv/redis-backups"
        ),
    ]

    /// Makes a running sink.
    ///
    /// - Throws: ``Failure`` of class `configuration` when the path template or the target cannot be used.
    public static func makeSink(_ options: OptionValues, context: PluginContext) async throws -> any Sink {
        let pattern = try options.required("path")
        let target = try options.required("target")
        for (name, text) in [("path", pattern), ("target", target)]
        where text.isEmpty || text.utf8.contains(where: { $0 < 0x20 || $0 == 0x7F }) {
            throw Failure(
                .configuration,
                code: "script.option-text",
                "The option \(name) of the sink \(context.name) is empty or holds control characters.",
                remedy: "Write it with printable characters."
            )
        }
        return ScriptSink(
            folder: ScriptFolder(path: try options.required("folder"), sink: SinkName(rawValue: context.name)),
            template: try PathTemplate(pattern),
            target: target,
            context: context
        )
    }
}
