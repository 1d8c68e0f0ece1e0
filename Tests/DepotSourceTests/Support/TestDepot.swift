import DepotSource
import Foundation
import Synchronization
import WherryCore
import WherryPluginKit

/// A depot in a folder of its own, with a catalog in memory.
struct TestDepot: Sendable {
    let folder: String
    let inventory = MemoryInventory()
    let clock = FixedClock()

    var store: DepotStore {
        DepotStore(folder: folder, inventory: inventory, clock: clock, random: { .random(in: .min ... .max) })
    }

    /// Every file and folder in it.
    var contents: [String] { FileManager.default.subpaths(atPath: folder) ?? [] }

    /// Bytes written by a snapshot that is under way.
    var stagedBytes: Int {
        contents.filter { $0.hasSuffix(".part") }.reduce(0) { sum, name in
            let attributes = try? FileManager.default.attributesOfItem(atPath: "\(folder)/\(name)")
            return sum + ((attributes?[.size] as? Int) ?? 0)
        }
    }

    /// The path of a file of a backup.
    func path(_ backup: Backup, _ file: BackupFile) -> String {
        "\(folder)/\(backup.instance)/\(backup.id)/\(file.name)"
    }

    static func with<Value>(_ body: (TestDepot) async throws -> Value) async throws -> Value {
        let folder = FileManager.default.temporaryDirectory.path + "/wherry-depot-" + UUID().uuidString.prefix(13)
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        // The system clears what stays.
        defer { for path in [folder, folder + ".state"] { try? FileManager.default.removeItem(atPath: path) } }
        return try await body(TestDepot(folder: folder))
    }
}

/// The machine's clock, shifted.
final class FixedClock: WallClock {
    private let offset = Mutex<Int64>(0)

    var now: Timestamp { Timestamp(seconds: Int64(Date().timeIntervalSince1970) + offset.withLock { $0 }) }

    func advance(days: Int64) { offset.withLock { $0 += days * 86_400 } }
}

/// A catalog in memory.
final class MemoryInventory: Inventory {
    private struct State {
        var instances: [Instance.ID: Instance] = [:]
        var backups: [Backup.Key: (backup: Backup, files: [BackupFile])] = [:]
    }

    private let state = Mutex(State())

    /// The number of backups that were ever registered.
    var count: Int { state.withLock { $0.backups.count } }

    func instances() async throws -> [Instance] { state.withLock { $0.instances.values.sorted { $0.id < $1.id } } }
    func instance(_ id: Instance.ID) async throws -> Instance? { state.withLock { $0.instances[id] } }

    func backups(of instance: Instance.ID) async throws -> [Backup] {
        state.withLock { state in
            state.backups.values.map(\.backup).filter { $0.instance == instance }.sorted { $0.startedAt > $1.startedAt }
        }
    }

    func backup(_ id: Backup.ID, of instance: Instance.ID) async throws -> Backup? {
        state.withLock { $0.backups[Backup.Key(instance: instance, backup: id)]?.backup }
    }

    func files(of backup: Backup.ID, instance: Instance.ID) async throws -> [BackupFile] {
        state.withLock { $0.backups[Backup.Key(instance: instance, backup: backup)]?.files ?? [] }
    }

    func register(_ backup: Backup, of instance: Instance, files: [BackupFile]) async throws {
        state.withLock { state in
            state.instances[instance.id] = instance
            state.backups[backup.key] = (backup, files.isEmpty ? state.backups[backup.key]?.files ?? [] : files)
        }
    }
}
