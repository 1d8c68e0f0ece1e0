import ArgumentParser

/// The command `wherry backup`.
struct BackupCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "backup",
        abstract: "Have a source make a backup now.",
        subcommands: [RequestBackup.self, WaitForBackup.self]
    )
}
