import WherryCore
public import WherryPluginKit

/// Makes sinks that write, once a run or once a backup, a script that fetches the files somewhere else.
///
/// For machines that can reach a provider's network while wherry cannot, or whose owners want to read what will run.
/// A script holds signed URLs: it is as secret as the backups, and works until they expire.
public struct ScriptSinkPlugin: SinkPlugin {
    /// What it says of itself.
    public static let descriptor = PluginDescriptor(
        id: "script",
        title: "script for another machine",
        summary: """
            Writes one script a run. Run it on a machine that can reach the URLs: it fetches each file, continues what \
            was cut off, verifies it, and notes it in a receipt that wherry reads back. Flavors: sh with GNU wget or \
            curl, PowerShell, an aria2 input file, a Kubernetes Job, a Slurm array.
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
        OptionSpec(
            "flavor",
            .choice(Flavor.allCases.map(\.rawValue)),
            help: "What the script is written for.",
            default: Flavor.wget.rawValue
        ),
        OptionSpec(
            "per",
            .choice(["run", "backup"]),
            help: "Whether a run writes one script, or one for each backup.",
            default: "run"
        ),
        OptionSpec(
            "refresh",
            .choice(["none", "command"]),
            help: "Whether the script asks refresh_command for a fresh URL when one has expired or is refused; not "
                + "for powershell.",
            default: "none"
        ),
        OptionSpec(
            "refresh_command",
            .string,
            help: "Words of a shell that begin a command; --source, --network, --shard, perhaps --fresh, and the ids "
                + "of instance and backup are put behind them. It prints one URL.",
            default: "wherry url",
            example: "wherry url --config /etc/wherry.yaml"
        ),
        OptionSpec(
            "parallel",
            .integer(1...1_000),
            help: "How many files are fetched at once, by aria2, kubernetes and slurm.",
            default: "4"
        ),
        OptionSpec(
            "image",
            .string,
            help: "For kubernetes, and required there: a container image with sh and curl 7.42 or newer.",
            example: "curlimages/curl:8.11.1"
        ),
        OptionSpec(
            "claim",
            .string,
            help: "For kubernetes, and required there: the persistent volume claim that takes the files.",
            example: "redis-backups"
        ),
    ]

    /// Makes a running sink.
    ///
    /// - Throws: ``Failure`` of class `configuration` when the path template or the target cannot be used.
    public static func makeSink(_ options: OptionValues, context: PluginContext) async throws -> any Sink {
        let pattern = try options.required("path")
        let target = try options.required("target")
        let style = try style(options, sink: context.name)
        let texts = [("path", pattern), ("target", target), ("refresh_command", style.refreshCommand ?? "-")]
        for (name, text) in texts where text.isEmpty || text.utf8.contains(where: { $0 < 0x20 || $0 == 0x7F }) {
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
            style: style,
            context: context
        )
    }

    /// What the options say of the scripts, if they go together.
    private static func style(_ options: OptionValues, sink: String) throws -> ScriptStyle {
        var style = ScriptStyle()
        style.flavor = options.text("flavor").flatMap(Flavor.init) ?? .wget
        style.isPerBackup = options.text("per") == "backup"
        if options.text("refresh") == "command" {
            style.refreshCommand = options.text("refresh_command") ?? "wherry url"
        }
        style.parallel = options.integer("parallel") ?? 4
        style.image = options.text("image") ?? ""
        style.claim = options.text("claim") ?? ""
        if style.refreshCommand != nil, !style.flavor.refreshes {
            throw Failure(
                .configuration,
                code: "script.no-refresh",
                "The sink \(sink) cannot refresh URLs: the flavor \(style.flavor.rawValue) runs no command.",
                remedy: "Leave the option refresh out, or choose another flavor."
            )
        }
        for (name, value) in [("image", style.image), ("claim", style.claim)] where style.flavor == .kubernetes {
            guard value.isEmpty || !value.utf8.allSatisfy({ 0x21...0x7E ~= $0 }) else { continue }
            throw Failure(
                .configuration,
                code: "script.option-missing",
                "The sink \(sink) writes Kubernetes manifests, but its option \(name) is missing or no name.",
                remedy: "Set \(name); `wherry plugins describe script` tells what it is."
            )
        }
        return style
    }
}
