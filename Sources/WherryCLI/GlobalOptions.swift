public import ArgumentParser
public import Logging
import WherryCore

/// The options that every command has.
struct GlobalOptions: ParsableArguments {
    @Option(
        name: [.customShort("c"), .long],
        help: ArgumentHelp("The configuration file; else $WHERRY_CONFIG, else ./wherry.yaml.", valueName: "file")
    )
    var config: String?

    @Option(
        help: ArgumentHelp("How much is logged to standard error.", valueName: "level")
    )
    var logLevel: Logger.Level?

    /// The path of the configuration file.
    var configPath: String { config ?? Environment.value("WHERRY_CONFIG") ?? "wherry.yaml" }

    /// The path of the catalog that the configuration names.
    ///
    /// No secret is looked up.
    func catalogPath() throws -> String { try loadConfig(resolvingSecrets: false).catalog }

    /// Reads the configuration.
    func loadConfig(resolvingSecrets: Bool) throws -> Config {
        try ConfigFile.load(configPath, resolvingSecrets: resolvingSecrets)
    }

    /// A logger at the level that was asked for.
    func logger(default level: Logger.Level = .warning) -> Logger {
        var logger = Logger(label: "wherry") { StreamLogHandler.standardError(label: $0) }
        logger.logLevel = logLevel ?? level
        return logger
    }
}

extension Logger.Level: @retroactive ExpressibleByArgument {}
