import ArgumentParser
import Foundation
import WherryCatalog
import WherryCore
import WherryPluginKit
import WherryPluginTesting

/// The command `wherry plugin`.
struct PluginCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "plugin",
        abstract: "Write, look at and test plugins that are programs of their own.",
        discussion: "How to write one is told in docs/plugins.md. The plugins of this program: wherry plugins.",
        subcommands: [NewPlugin.self, DescribePlugin.self, CheckPlugin.self, TestPlugin.self]
    )
}

/// The program that is looked at, and its options.
struct PluginProgramOptions: ParsableArguments {
    @Argument(help: "The plugin's program.")
    var path: String

    @Option(help: ArgumentHelp("One of its options; may be repeated.", valueName: "name=value"))
    var option: [String] = []

    @Option(
        help: ArgumentHelp(
            "One of its options that are secrets: env:NAME, file:PATH or credential:NAME; may be repeated.",
            valueName: "name=reference"
        )
    )
    var secret: [String] = []

    @Option(help: ArgumentHelp("How long one operation may take, such as 20s.", valueName: "duration"))
    var patience = "20s"

    /// The absolute path.
    var absolutePath: String {
        path.hasPrefix("/") ? path : FileManager.default.currentDirectoryPath + "/" + path
    }

    /// Runs `body` with the suite for this program and a folder that lives as long.
    func with<Value>(_ body: (PluginConformance) async throws -> Value) async throws -> Value {
        guard let patience = DurationText.parse(patience) else {
            throw ValidationError("--patience takes a duration such as 20s.")
        }
        var options: [String: OptionValues.Value] = [:]
        for text in option {
            let (name, value) = try Self.pair(text)
            options[name] = .text(value)
        }
        var secrets: [String: Secret] = [:]
        for text in secret {
            let (name, value) = try Self.pair(text)
            secrets[name] = try Self.lookUp(value, name)
        }
        let folder = FileManager.default.temporaryDirectory.path + "/wherry-plugin-" + UUID().uuidString
        try AtomicFile.makeFolder(folder)
        // It holds nothing but what passed between the two.
        defer { try? FileManager.default.removeItem(atPath: folder) }
        return try await body(
            PluginConformance(
                path: absolutePath,
                options: options,
                secrets: secrets,
                folder: folder,
                patience: patience
            )
        )
    }

    private static func pair(_ text: String) throws -> (String, String) {
        let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 2, !parts[0].isEmpty else { throw ValidationError("Write an option as NAME=VALUE.") }
        return (parts[0], parts[1])
    }

    private static func lookUp(_ text: String, _ name: String) throws -> Secret {
        let place = ConfigPlace(file: "", folder: FileManager.default.currentDirectoryPath)
        let problem: String
        do {
            return try SecretResolver.process().resolve(try SecretReference(text, place: place)).secret
        } catch let error as SecretReference.Problem {
            problem = error.reason
        } catch let error as SecretResolver.Problem {
            problem = error.message
        }
        throw ValidationError("--secret \(name): \(problem)")
    }
}

/// The command `wherry plugin describe`.
struct DescribePlugin: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "describe",
        abstract: "Show what a plugin says of itself: what it is and which options it takes."
    )

    @OptionGroup var program: PluginProgramOptions

    @Option(help: "table for people, json or csv for machines.")
    var format = OutputFormat.table

    func run() async throws {
        let facts = try await program.with { try await $0.describe() }
        if format == .table {
            Terminal.output.line(Terminal.output.styled(facts.id, .bold) + " \(facts.version): \(facts.title)")
            Terminal.output.line("\n\(facts.summary)\n")
            Terminal.output.line("A \(facts.kind); operations: \(facts.operations.joined(separator: ", ")).")
            if let wants = facts.wants { Terminal.output.line("Files come as: \(wants).") }
            Terminal.output.line("")
        }
        let rows = facts.options.flatMap { Plugins.Describe.rows($0) }
        let columns = ["option", "needed", "takes", "default", "help"]
        Output.show(ResultTable(columns: columns, rows: rows), as: format, empty: "It takes no options.", limit: .max)
    }
}

/// The command `wherry plugin check`.
struct CheckPlugin: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Let a plugin look whether it could work with these options."
    )

    @OptionGroup var program: PluginProgramOptions

    @Option(help: "table for people, json or csv for machines.")
    var format = OutputFormat.table

    func run() async throws {
        let findings = try await program.with { try await $0.check() }
        let rows = findings.map { finding -> [ResultTable.Cell] in
            [.text(finding.level.rawValue), .text(finding.message), finding.remedy.map { .text($0) } ?? .null]
        }
        let table = ResultTable(columns: ["level", "message", "remedy"], rows: rows)
        Output.show(table, as: format, empty: "It found nothing to say.", limit: .max)
        if findings.contains(where: { $0.level == .error }) {
            throw ExitCode(FailureClass.configuration.exitCode)
        }
    }
}

/// The command `wherry plugin test`.
struct TestPlugin: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "test",
        abstract: "Test a plugin against the protocol wherry-plugin/1.",
        discussion: """
            A sink stores a small made-up backup, and removes it again if it can; a source is asked, and nothing is
            ordered. Exit status: 0 when nothing failed, else 65.

            EXAMPLE
              wherry plugin test ./wherry-sink-folder --option folder=/srv/test
            """
    )

    @OptionGroup var program: PluginProgramOptions

    @Option(help: "table for people, json or csv for machines.")
    var format = OutputFormat.table

    func run() async throws {
        let findings = try await program.with { await $0.run() }
        let rows = findings.map { finding -> [ResultTable.Cell] in
            [.text(finding.check), .text(finding.outcome.rawValue), .text(finding.detail)]
        }
        let table = ResultTable(columns: ["check", "outcome", "what was seen"], rows: rows)
        Output.show(table, as: format, empty: "", limit: .max)
        guard findings.isPassed else { throw ExitCode(FailureClass.corrupt.exitCode) }
    }
}
