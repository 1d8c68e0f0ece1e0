package import Logging
package import WherryCore
package import WherryPluginKit

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// The context of a plugin that runs without wherry around it: the time, a folder, a log, and nothing else.
package enum BareContext {
    /// A context.
    ///
    /// - Parameter folder: for state; the plugin's own.
    package static func make(name: String, folder: String, logger: Logger) -> PluginContext {
        PluginContext(
            name: name,
            logger: logger,
            clock: MachineClock(),
            http: NoHTTP(),
            observer: NoObserver(),
            inventory: NoInventory(),
            notes: NoNotes(),
            stateDirectory: folder,
            random: { UInt64.random(in: .min ... .max) }
        )
    }
}

/// The machine's time.
package struct MachineClock: WallClock {
    /// Made by anybody.
    package init() {}

    /// Now.
    package var now: Timestamp { Timestamp(seconds: Int64(Date().timeIntervalSince1970.rounded(.down))) }
}

private struct NoHTTP: HTTPTransport {
    func send(_ request: HTTPExchangeRequest) async throws -> HTTPExchangeResponse {
        throw Failure(
            .unsupported,
            code: "external.no-http",
            "A plugin in a process of its own has no HTTP from wherry.",
            remedy: "Use an HTTP client of the plugin's own."
        )
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

private struct NoNotes: PluginNotes {
    func notes(under prefix: String) async throws -> [String: String] { [:] }
    func note(_ key: String, _ value: String?) async throws {}
}
