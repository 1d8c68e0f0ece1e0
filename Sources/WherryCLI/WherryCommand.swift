package import ArgumentParser
import WherryCore

/// The command line.
package struct WherryCommand: AsyncParsableCommand {
    /// Its name, help and subcommands.
    package static let configuration = CommandConfiguration(
        commandName: "wherry",
        abstract: "Bring cloud Redis backups home, and keep an exact bill of lading.",
        discussion: """
            Wherry asks a provider's API for backups and their short-lived download URLs, records every answer in SQLite,
            and delivers verified copies to sinks. It can also be such an API itself: wherry serve.

            Start with: wherry demo, or wherry init.
            """,
        version: "wherry \(WherryVersion.text)",
        groupedSubcommands: [
            CommandGroup(
                name: "Set up",
                subcommands: [
                    Demo.self, Initialize.self, Check.self, ConfigCommand.self, Plugins.self, PluginCommand.self,
                ]
            ),
            CommandGroup(
                name: "Work",
                subcommands: [
                    RunJobs.self, Daemon.self, Restore.self, Prove.self, ResolveURL.self, Fetch.self,
                    BackupCommand.self,
                    Prune.self, Serve.self, Depot.self,
                    Serve.self, Depot.self,
                ]
            ),
            CommandGroup(
                name: "Ask the catalog",
                subcommands: [
                    Status.self, Instances.self, Backups.self, History.self, Deliveries.self, Runs.self, RunSQL.self,
                    Metrics.self,
                ]
            ),
            CommandGroup(name: "Other", subcommands: [Version.self]),
        ]
    )

    /// Made by the parser.
    package init() {}

    /// Parses and runs a command line and tells errors.
    ///
    /// - Returns: the exit status.
    package static func execute(_ arguments: [String]) async -> Int32 {
        do {
            var command = try parseAsRoot(arguments)
            if var asynchronous = command as? any AsyncParsableCommand {
                try await asynchronous.run()
            } else {
                try command.run()
            }
            return 0
        } catch let code as ExitCode {
            return code.rawValue
        } catch let problems as ConfigError {
            Terminal.error.write(problems.text(for: .error))
            return FailureClass.configuration.exitCode
        } catch let failure as Failure {
            Terminal.error.write(ErrorReport.text(failure, asJSON: arguments.contains("--json")))
            return failure.failureClass.exitCode
        } catch is CancellationError {
            return FailureClass.cancelled.exitCode
        } catch {
            let code = exitCode(for: error)
            // Help and version end here too: they are results.
            (code.isSuccess ? Terminal.output : Terminal.error).line(fullMessage(for: error))
            return code.rawValue
        }
    }
}
