import ArgumentParser
import Builtins
import WherryCatalog
import WherryCore
import WherryPluginKit

/// The command `wherry plugins`.
struct Plugins: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Show the plugins: what they do and which options they take.",
        subcommands: [List.self, Describe.self],
        defaultSubcommand: List.self
    )

    /// The command `wherry plugins list`.
    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List the plugins.")

        @Option(help: "table for people, json or csv for machines.")
        var format = OutputFormat.table

        func run() async throws {
            let rows = BuiltinFacts.all(try Builtins.registry()).map { facts -> [ResultTable.Cell] in
                [.text(facts.descriptor.id), .text(facts.kind), .text(facts.descriptor.title)]
            }
            Output.show(ResultTable(columns: ["id", "kind", "title"], rows: rows), as: format, empty: "", limit: .max)
        }
    }

    /// The command `wherry plugins describe`.
    struct Describe: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Show one plugin with its options.",
            discussion: """
                EXAMPLE
                  wherry plugins describe local-disk
                """
        )

        @Argument(help: "The plugin's id.")
        var id: String

        @Option(help: "table for people, json or csv for machines.")
        var format = OutputFormat.table

        func run() async throws {
            let all = BuiltinFacts.all(try Builtins.registry())
            // One id may name a source and a sink.
            let found = all.filter { $0.descriptor.id == id }
            guard !found.isEmpty else {
                let near = Spelling.nearest(to: id, in: all.map(\.descriptor.id)).map { "Did you mean \($0)? " } ?? ""
                throw Failure(
                    .usage,
                    code: "plugin.unknown",
                    "There is no plugin \(id).",
                    remedy: near + "List them with wherry plugins list."
                )
            }
            guard format == .table else {
                let rows = found.flatMap { facts in
                    facts.options.flatMap { Self.rows($0) }.map { $0 + [.text(facts.kind)] }
                }
                return show(rows, Self.columns + ["kind"])
            }
            for (number, facts) in found.enumerated() {
                let title = found.count == 1 ? facts.descriptor.title : "\(facts.kind), \(facts.descriptor.title)"
                Terminal.output.line(
                    (number == 0 ? "" : "\n") + Terminal.output.styled(facts.descriptor.id, .bold) + ": \(title)"
                )
                Terminal.output.line("\n\(facts.descriptor.summary)\n")
                show(facts.options.flatMap { Self.rows($0) }, Self.columns)
            }
        }

        private static let columns = ["option", "needed", "takes", "default", "help"]

        private func show(_ rows: [[ResultTable.Cell]], _ columns: [String]) {
            Output.show(
                ResultTable(columns: columns, rows: rows),
                as: format,
                empty: "It takes no options.",
                limit: .max
            )
        }
    }
}

extension Plugins.Describe {
    /// A row for an option, and one for each key of the mappings that it may hold.
    static func rows(_ option: OptionSpec, in prefix: String = "") -> [[ResultTable.Cell]] {
        let name = prefix + option.name
        let row: [ResultTable.Cell] = [
            .text(name), .text(option.isRequired ? "required" : "optional"), .text(option.kind.expectation),
            option.defaultValue.map { .text($0) } ?? .null, .text(option.help),
        ]
        guard case .records(let inner) = option.kind else { return [row] }
        return [row] + inner.flatMap { rows($0, in: "\(name)[].") }
    }
}

/// A plugin of either kind, for listings.
private struct BuiltinFacts {
    var kind: String
    var descriptor: PluginDescriptor
    var options: [OptionSpec]

    static func all(_ registry: PluginRegistry) -> [BuiltinFacts] {
        let sources = registry.sources.values.map {
            BuiltinFacts(kind: "source", descriptor: $0.descriptor, options: $0.options)
        }
        let sinks = registry.sinks.values.map {
            BuiltinFacts(kind: "sink", descriptor: $0.descriptor, options: $0.options)
        }
        return [sources, sinks].flatMap { $0.sorted { $0.descriptor.id < $1.descriptor.id } }
    }
}
