public import WherryCore
public import WherryPluginKit

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Takes snapshots into a depot: `wherry depot add`, `snapshot` and `prune`.
public struct DepotStore: Sendable {
    let folder: String
    let inventory: any Inventory
    let clock: any WallClock
    private let random: @Sendable () -> UInt64

    /// A store.
    public init(
        folder: String,
        inventory: any Inventory,
        clock: any WallClock,
        random: @escaping @Sendable () -> UInt64
    ) {
        self.folder = folder
        self.inventory = inventory
        self.clock = clock
        self.random = random
    }

    /// Copies RDB files into the depot, verifies them while their bytes pass, and registers them as one backup.
    ///
    /// - Parameters:
    ///   - files: one file of a standalone instance, or every shard's of a cluster, in shard order.
    ///   - remark: a note for people; may be empty.
    /// - Returns: the new backup.
    /// - Throws: ``Failure`` of class `corrupt` when a file is no whole RDB file; nothing is registered then.
    public func add(
        _ files: [String],
        to instance: Instance.ID,
        name: String? = nil,
        kind: Backup.Kind = .manual,
        remark: String = ""
    ) async throws -> Backup {
        try await add(to: instance, name: name, kind: kind, remark: remark) { staging in
            let parts = try files.enumerated().map { try staging.copy(of: $1, at: $0) }
            return TakenParts(parts: parts, topology: files.count > 1 ? .cluster : .standalone)
        }.backup
    }

    /// An id that no backup has.
    func newID() -> Backup.ID { Backup.ID(rawValue: UUIDText.make(random(), random())) }

    /// Registers what `take` writes into a staging folder as one backup; nothing is left when it fails.
    ///
    /// Publish order: files whole and durable, names given, folder durable, catalog told.
    ///
    /// - Parameter id: the backup's id, which no registered one may have; nil for a new one.
    /// - Throws: what `take` throws; ``Failure`` of class `exhausted` or `configuration`.
    func add(
        to instance: Instance.ID,
        name: String?,
        kind: Backup.Kind,
        remark: String,
        id: Backup.ID? = nil,
        taking take: (Staging) async throws -> TakenParts
    ) async throws -> DepotSnapshot {
        let known = try await inventory.instance(instance)
        let backupID = id ?? newID()
        let staging = try Staging(root: folder, instance: instance, backup: backupID)
        do {
            let taken = try await take(staging)
            try Task.checkCancellation()
            let files = try staging.publish(taken.parts)
            let now = clock.now
            let backup = Backup(
                id: backupID,
                instance: instance,
                startedAt: taken.parts.compactMap(\.dumpedAt).min() ?? now,
                endedAt: now,
                kind: kind,
                state: .available,
                remark: remark,
                size: taken.parts.reduce(ByteCount(0)) { $0 + $1.size }
            )
            let described = Instance(
                id: instance,
                name: name ?? known?.name ?? instance.rawValue,
                topology: taken.topology,
                state: .running,
                engine: taken.parts.compactMap(\.engine).first,
                createdAt: known?.createdAt ?? now
            )
            try await inventory.register(backup, of: described, files: files)
            return DepotSnapshot(backup: backup, files: files, keys: taken.parts.reduce(0) { $0 + $1.keys })
        } catch {
            staging.discard()
            throw error
        }
    }
}

/// A backup that was put into the depot.
public struct DepotSnapshot: Sendable, Hashable {
    /// The backup as registered.
    public let backup: Backup
    /// Its files, by position.
    public let files: [BackupFile]
    /// The number of keys in all of them.
    public let keys: Int64
}

/// Whole files in shard order, and how the instance that they come from is laid out.
struct TakenParts: Sendable {
    var parts: [StagedPart]
    var topology: Instance.Topology
}

extension Staging {
    /// Copies a file.
    fileprivate func copy(of original: String, at position: Int) throws -> StagedPart {
        let input = open(original, O_RDONLY | O_CLOEXEC)
        guard input >= 0 else { throw DepotFiles.failure(original, "read") }
        defer { close(input) }
        let file = try file(at: position, from: original)
        try withUnsafeTemporaryAllocation(byteCount: 1 << 18, alignment: 16) { buffer in
            while true {
                let count = read(input, buffer.baseAddress, buffer.count)
                if count == 0 { return }
                guard count >= 0 || errno == EINTR else { throw DepotFiles.failure(original, "read") }
                try file.append(UnsafeRawBufferPointer(rebasing: buffer[..<max(0, count)]))
            }
        }
        return try file.finish()
    }
}

/// A random id in the form of the provider's backup ids (RFC 9562 version 4).
private enum UUIDText {
    static func make(_ high: UInt64, _ low: UInt64) -> String {
        func hex(_ value: UInt64) -> String {
            let digits = String(value, radix: 16)
            return String(repeating: "0", count: 16 - digits.count) + digits
        }
        let first = Array(hex(high & 0xFFFF_FFFF_FFFF_0FFF | 0x4000))
        let second = Array(hex(low & 0x3FFF_FFFF_FFFF_FFFF | 0x8000_0000_0000_0000))
        return [
            String(first[0..<8]), String(first[8..<12]), String(first[12..<16]), String(second[0..<4]),
            String(second[4..<16]),
        ]
        .joined(separator: "-")
    }
}
