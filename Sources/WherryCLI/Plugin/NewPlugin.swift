import ArgumentParser
import Foundation
import PluginExamples
import WherryCore
import WherryPluginKit

/// The command `wherry plugin new`.
struct NewPlugin: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "new",
        abstract: "Begin a plugin that is a program of its own, with an example that works.",
        discussion: """
            EXAMPLE
              wherry plugin new attic --kind sink
              wherry plugin test ./wherry-sink-attic --option folder=/srv/test
            """
    )

    /// The kinds.
    enum Kind: String, CaseIterable, ExpressibleByArgument {
        case sink, source
    }

    /// The languages.
    enum Language: String, CaseIterable, ExpressibleByArgument {
        case sh, python, swift
    }

    @Argument(help: "Its name: small letters, digits and hyphens.")
    var name: String

    @Option(help: "What it is.")
    var kind: Kind

    @Option(help: "sh or swift for a sink, python for a source; when left out, sh or python.")
    var language: Language?

    @Option(help: "The folder to write it into.")
    var folder = "."

    func run() async throws {
        let isName = name.utf8.allSatisfy { (97...122).contains($0) || (48...57).contains($0) || $0 == 45 }
        guard isName, !name.isEmpty, !name.hasPrefix("-") else {
            throw ValidationError("A plugin's name has small letters, digits and hyphens only.")
        }
        let path = "\(folder)/wherry-\(kind.rawValue)-\(name)"
        let language = language ?? (kind == .sink ? .sh : .python)
        guard (language == .python) == (kind == .source) else {
            throw ValidationError("The examples are a sink in sh or swift, and a source in python.")
        }
        guard !FileManager.default.fileExists(atPath: path) else {
            throw Failure(
                .conflict,
                code: "plugin.exists",
                "There is a file \(path) already.",
                remedy: "Choose another name or folder."
            )
        }
        if language == .swift {
            try AtomicFile.makeFolder(path)
            try AtomicFile.write(Array(SwiftSinkTemplate.manifest(name).utf8), to: path + "/Package.swift", mode: 0o644)
            try AtomicFile.write(Array(SwiftSinkTemplate.source(name).utf8), to: path + "/Plugin.swift", mode: 0o644)
            return Terminal.output.line(
                "Wrote \(path). Next: name the place of wherry in its Package.swift, and build it."
            )
        }
        try AtomicFile.write(Array(text.utf8), to: path, mode: 0o755)
        Terminal.output.line("Wrote \(path). Next: wherry plugin describe \(path)")
    }

    private var text: String {
        switch kind {
        case .sink:
            String(decoding: PluginExamples.shellSink, as: UTF8.self)
                .replacing("\"plugin\":\"folder\"", with: "\"plugin\":\"\(name)\"")
                .replacing("\"id\":\"folder\"", with: "\"id\":\"\(name)\"")
        case .source:
            String(decoding: PluginExamples.pythonSource, as: UTF8.self)
                .replacing("plugin=\"shelf\"", with: "plugin=\"\(name)\"")
                .replacing("\"id\": \"shelf\"", with: "\"id\": \"\(name)\"")
        }
    }
}
