import ArgumentParser
import WherryCore
import WherryPluginKit

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// The command `wherry init`.
struct Initialize: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "init",
        abstract: "Write a commented configuration that works with the depot, and keys for it.",
        discussion: """
            EXAMPLES
              wherry init
              wherry init /etc/wherry
            """
    )

    @Argument(help: "The folder to write to.")
    var folder = "."

    func run() async throws {
        let config = folder + "/wherry.yaml"
        guard !FileManager.default.fileExists(atPath: config) else {
            throw Failure(
                .conflict,
                code: "init.exists",
                "\(config) is already there; nothing was changed.",
                remedy: "Name another folder, or move the file away."
            )
        }
        try AtomicFile.makeFolder(folder + "/secrets")
        try writeSecret("api-key.id", "WHERRY" + Self.randomText(26))
        try writeSecret("api-key.secret", Self.randomText(40))
        try AtomicFile.write(Array(ConfigTemplate.text().utf8), to: config)
        Terminal.output.write(
            """
            Wrote \(config), and in \(folder)/secrets an API key for it.

            Next:
              wherry depot add orders /var/lib/redis/dump.rdb   put a snapshot into the depot
              wherry serve &                                    serve it
              wherry check                                      see that all is well
              wherry run                                        fetch it, verified, to every sink

            """
        )
    }

    private func writeSecret(_ name: String, _ text: String) throws {
        let path = "\(folder)/secrets/\(name)"
        // A key that is in use somewhere is not replaced.
        if FileManager.default.fileExists(atPath: path) { return }
        try AtomicFile.write(Array((text + "\n").utf8), to: path)
    }

    private static func randomText(_ count: Int) -> String {
        let letters = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789")
        return String((0..<count).compactMap { _ in letters.randomElement() })
    }
}
