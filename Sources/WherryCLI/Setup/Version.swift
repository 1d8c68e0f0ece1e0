import ArgumentParser

/// The version of this program.
enum WherryVersion {
    /// Semantic version.
    static let text = "0.1.0"
}

/// The command `wherry version`.
struct Version: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Print the version.")

    func run() async throws { Terminal.output.line("wherry \(WherryVersion.text)") }
}
