import ArgumentParser
import WherryCatalog
import WherryCore
import WherryEngine
import WherryPluginKit

/// The command `wherry backup request`.
struct RequestBackup: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "request",
        abstract: "Ask a source for a backup of an instance, wait until it is made, and print its id.",
        discussion: """
            The order is sent once: when its answer is lost, look for a new backup before you ask again. Ctrl-C ends \
            the waiting only; the source goes on, and wherry backup wait waits again.

            Exit status: 0 made, 66 no such instance, 69 the source cannot, 73 another backup of the instance is \
            under way or the answer was lost, 75 it may work later, 130 stopped.

            EXAMPLES
              wherry backup request crs-c7xq4kqu --remark "before the upgrade"
              wherry backup request crs-c7xq4kqu --source prod --no-wait
            """
    )

    @OptionGroup var global: GlobalOptions

    @Argument(help: "The instance's id.")
    var instance: String

    @Option(help: "The source to ask; needed when there are several.")
    var source: String?

    @Option(help: "A note to keep with the backup.")
    var remark = ""

    @Flag(help: "Print the task's number once the source has taken the order, and do not wait for the backup.")
    var noWait = false

    @Flag(help: "Print one JSON object.")
    var json = false

    func run() async throws {
        let code = try await Composition.with(global) { composition in
            let only = try await composition.onlySource(named: source)
            return try await Caller.$current.withValue(composition.person) { try await order(only, composition) }
        }
        if code != 0 { throw ExitCode(code) }
    }

    private func order(_ source: ConfiguredSource, _ composition: Composition) async throws -> Int32 {
        let instance = Instance.ID(rawValue: instance)
        if source.source.requests != nil { try await look(for: instance, in: source, composition) }
        let watch = BackupWatch(tasks: composition.tasks(of: source), source: source.name, json: json)
        let task = try await watch.tasks.take(.backup(of: instance, remark: remark))
        if !noWait { return try await watch.wait(for: task, of: instance) }
        try await watch.showOrder(task, of: instance, in: composition.catalog)
        return 0
    }

    /// Makes sure that the catalog knows the instance, for which the source is asked only when it has to.
    private func look(for id: Instance.ID, in source: ConfiguredSource, _ composition: Composition) async throws {
        if try await composition.catalog.instance(id, of: source.name) != nil { return }
        guard try await composition.discovery.instances(of: source).contains(where: { $0.id == id }) else {
            throw Failure(
                .notFound,
                code: "instance.not-found",
                "The source \(source.name) has no instance \(id).",
                remedy: "List what it has with `wherry instances`."
            )
        }
    }
}
