import WherryCore
public import WherryPluginKit

/// The options that all sinks over programs have.
public enum ProgramOptions {
    /// Variables for the program.
    public static let environment = OptionSpec(
        "environment",
        .records([
            OptionSpec("name", .string, help: "The variable's name.", required: true, example: "AWS_ACCESS_KEY_ID"),
            OptionSpec("value", .secret, help: "Its value, a secret.", example: "env:BACKUP_KEY_ID"),
            OptionSpec("text", .string, help: "Its value, which anybody may read.", example: "eu-central-1"),
        ]),
        help: "Variables for the program, beside PATH, HOME, TMPDIR, LANG, LC_ALL and TZ; nothing else is handed on."
    )

    /// How long one call may take.
    public static let timeout = OptionSpec(
        "timeout",
        .duration,
        help: "How long the program may take for one file.",
        default: "24h"
    )

    /// How long nothing may move.
    public static let stallTimeout = OptionSpec(
        "stall_timeout",
        .duration,
        help: "How long the program may keep still while there is something for it to do.",
        default: "30m"
    )

    /// The environment that the options ask for, and these variables.
    ///
    /// - Throws: ``Failure`` `program.environment` of class `configuration`.
    public static func environment(
        _ options: OptionValues,
        adding more: [String: String] = [:]
    ) throws -> ProgramEnvironment {
        var environment = ProgramEnvironment.usual()
        for record in options.records("environment") {
            let name = try record.required("name")
            guard !name.isEmpty, !name.utf8.contains(where: { $0 == UInt8(ascii: "=") || $0 == 0 }) else {
                throw wrong("names a variable \(name), which no variable can be called")
            }
            switch (record.secret("value"), record.text("text")) {
            case (let value?, nil): environment.secrets[name] = value
            case (nil, let text?): environment.variables[name] = text
            default: throw wrong("gives the variable \(name) not exactly one of value and text")
            }
        }
        environment.variables.merge(more) { $1 }
        return environment
    }

    /// The limits that the options ask for.
    public static func limits(_ options: OptionValues, heedsInterrupt: Bool = false) -> ProgramLimits {
        ProgramLimits(
            deadline: options.duration("timeout"),
            stall: options.duration("stall_timeout"),
            heedsInterrupt: heedsInterrupt
        )
    }

    private static func wrong(_ what: String) -> Failure {
        Failure(
            .configuration,
            code: "program.environment",
            "The option environment \(what).",
            remedy: "Write each as name: and value: env:NAME, or name: and text:."
        )
    }
}
