import ArgumentParser
import WherryCatalog
import WherryCore
import WherryEngine

/// The command `wherry backup wait`.
struct WaitForBackup: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "wait",
        abstract: "Wait for the backup of an instance that was asked for last, and print its id.",
        discussion: """
            For orders whose wait was stopped, or that were made with --no-wait: unless wherry serve is at work on \
            this catalog, nobody else notes their end. What has ended already is told at once.

            EXAMPLE
              wherry backup wait crs-c7xq4kqu
            """
    )

    @OptionGroup var global: GlobalOptions

    @Argument(help: "The instance's id.")
    var instance: String

    @Option(help: "The source; needed when there are several.")
    var source: String?

    @Flag(help: "Print one JSON object.")
    var json = false

    func run() async throws {
        let code = try await Composition.with(global) { composition in
            let only = try await composition.onlySource(named: source)
            let id = Instance.ID(rawValue: instance)
            let tasks = try await composition.catalog.tasks(of: only.name).filter { $0.instance == id }
            // An export is waited for only when it holds up a backup.
            guard let task = tasks.first(where: { $0.kind == .backup || $0.state.isUnderWay }) else {
                throw Failure(
                    .notFound,
                    code: "task.not-found",
                    "Nobody asked for a backup of \(id) yet.",
                    remedy: "Ask for one: wherry backup request \(id)"
                )
            }
            let watch = BackupWatch(tasks: composition.tasks(of: only), source: only.name, json: json)
            return try await watch.wait(for: task.id, of: id)
        }
        if code != 0 { throw ExitCode(code) }
    }
}
