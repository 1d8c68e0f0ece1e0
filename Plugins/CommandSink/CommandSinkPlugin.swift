import WherryCore
public import WherryPluginKit
import WherryPrograms

/// Hands backups to any program, on its standard input.
public enum CommandSinkPlugin: SinkPlugin {
    /// Id `command`.
    public static let descriptor = PluginDescriptor(
        id: "command",
        title: "any program",
        summary: """
            Starts a program for each file and writes the file's bytes to its standard input. The program sees the end \
            of its input only after every byte was verified; until then it is killed when something goes wrong.
            """,
        capabilities: [.storesBytes, .checksPresence, .removesCopies, .readsCopies]
    )

    /// The program, its surroundings, and what to run for other questions.
    public static let options = [
        OptionSpec(
            "program",
            .string,
            help: "The program: a name in PATH, or an absolute path.",
            required: true,
            example: "/usr/local/bin/store-backup"
        ),
        OptionSpec(
            "arguments",
            .texts,
            help: """
                What it is told, one text an argument; may name \
                \(CommandSink.fields.map { "{\($0)}" }.joined(separator: " ")). No shell reads them.
                """
        ),
        ProgramOptions.environment,
        OptionSpec("folder", .path, help: "Where it runs; where wherry runs when left out."),
        OptionSpec(
            "location",
            .string,
            help: """
                What receipts name as the place, where the program does not say it; from the fields of a path template.
                """,
            default: "{source}/{instance}/{time}-{backup}/shard-{shard}.rdb"
        ),
        ProgramOptions.timeout,
        ProgramOptions.stallTimeout,
        OptionSpec("check", .texts, help: "Program and arguments that wherry check runs; status 0 is well."),
        OptionSpec(
            "presence",
            .texts,
            help: """
                Program and arguments that tell whether a copy is there: status 0 yes, 3 no, others nobody knows; may \
                name \(CommandSink.copyFields.map { "{\($0)}" }.joined(separator: " ")).
                """
        ),
        OptionSpec(
            "remove",
            .texts,
            help: "Program and arguments that remove a copy, or find it gone: status 0 is well; the same placeholders."
        ),
        OptionSpec(
            "read",
            .texts,
            help: """
                Program and arguments that write a copy to standard output as it is stored: status 0 is well, 3 means gone; \
                the same placeholders.
                """
        ),
    ]

    /// Makes it.
    public static func makeSink(_ options: OptionValues, context: PluginContext) async throws -> any Sink {
        let environment = try ProgramOptions.environment(options)
        func command(_ path: String, _ texts: [String], _ option: String, _ fields: [String]) throws -> Command {
            guard !path.isEmpty else {
                throw Failure(
                    .configuration,
                    code: "command.no-program",
                    "The option \(option) names no program.",
                    remedy: "Give it a name in PATH, or an absolute path."
                )
            }
            return Command(
                path: path,
                arguments: try texts.map { try ArgumentTemplate($0, of: option, fields: fields) },
                environment: environment,
                folder: options.text("folder")
            )
        }
        func optional(_ option: String, _ fields: [String]) throws -> Command? {
            let texts = options.texts(option)
            guard let path = texts.first else { return nil }
            return try command(path, Array(texts.dropFirst()), option, fields)
        }
        return CommandSink(
            command: try command(
                try options.required("program"),
                options.texts("arguments"),
                "arguments",
                CommandSink.fields
            ),
            location: try PathTemplate(try options.required("location")),
            checkCommand: try optional("check", []),
            presenceCommand: try optional("presence", CommandSink.copyFields),
            removeCommand: try optional("remove", CommandSink.copyFields),
            readCommand: try optional("read", CommandSink.copyFields),
            limits: ProgramOptions.limits(options)
        )
    }
}
