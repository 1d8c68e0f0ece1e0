import ArgumentParser
import Builtins

/// The command `wherry config`.
struct ConfigCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "config",
        abstract: "Show the configuration as it is understood, or its JSON Schema.",
        subcommands: [Show.self, Schema.self]
    )

    /// The command `wherry config show`.
    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Print the configuration with every default filled in. Secrets stay references.",
            discussion: """
                EXAMPLE
                  wherry config show --json
                """
        )

        @OptionGroup var global: GlobalOptions

        @Flag(help: "Print JSON instead of YAML.")
        var json = false

        func run() async throws {
            let config = try global.loadConfig(resolvingSecrets: false)
            Terminal.output.write(json ? ConfigPrinter.json(config) : ConfigPrinter.yaml(config))
        }
    }

    /// The command `wherry config schema`.
    struct Schema: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Print the JSON Schema of the configuration, for editors.",
            discussion: """
                EXAMPLE
                  wherry config schema > wherry.schema.json
                """
        )

        func run() async throws {
            Terminal.output.write(ConfigSchema.json(registry: try Builtins.registry()))
        }
    }
}
