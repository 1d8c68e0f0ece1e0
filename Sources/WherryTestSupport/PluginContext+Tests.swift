import Logging
package import WherryCore
package import WherryPluginKit

extension PluginContext {
    /// A context for a plugin that is tested alone: no HTTP, an empty inventory, logs to nowhere.
    package static func forTests(_ scratch: Scratch, clock: any WallClock = TestClock()) -> PluginContext {
        PluginContext(
            name: "test",
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
            clock: clock,
            http: NoTransport(),
            observer: NoObserver(),
            inventory: NoInventory(),
            notes: MemoryNotes(),
            stateDirectory: scratch.file("state"),
            random: { .random(in: .min ... .max) }
        )
    }
}

/// For plugins that need no HTTP.
struct NoTransport: HTTPTransport {
    func send(_ request: HTTPExchangeRequest) async throws -> HTTPExchangeResponse {
        throw Failure(.unsupported, code: "test.no-http", "There is no HTTP here.")
    }
}

private struct NoObserver: APIObserver {
    func observed(_ call: APICall) async {}
}

private struct NoInventory: Inventory {
    func instances() async throws -> [Instance] { [] }
    func instance(_ id: Instance.ID) async throws -> Instance? { nil }
    func backups(of instance: Instance.ID) async throws -> [Backup] { [] }
    func backup(_ id: Backup.ID, of instance: Instance.ID) async throws -> Backup? { nil }
    func files(of backup: Backup.ID, instance: Instance.ID) async throws -> [BackupFile] { [] }
    func register(_ backup: Backup, of instance: Instance, files: [BackupFile]) async throws {}
}
