public import WherryCore

extension DepotStore {
    /// Takes a snapshot of a live Redis or Valkey server, or of its whole cluster, and registers it as one backup.
    ///
    /// The server streams it as to a replica: it forks once, and nothing is written to a disk of its own unless it is set up
    /// so. Cancellation ends the programs that were started; nothing is left then, as after any failure.
    ///
    /// - Parameters:
    ///   - address: the server, or any node of a cluster.
    ///   - access: password and TLS files, the same for every node.
    ///   - instance: the instance that it is a backup of; made when it is new.
    ///   - id: the backup's id, which no registered one may have; nil for a new one.
    /// - Throws: ``Failure`` with a code `snapshot.…`, `depot.not-rdb` or `disk.…`.
    public func snapshot(
        of address: RedisAddress,
        access: RedisAccess = RedisAccess(),
        patience: SnapshotPatience = SnapshotPatience(),
        to instance: Instance.ID,
        name: String? = nil,
        kind: Backup.Kind = .manual,
        remark: String = "",
        id: Backup.ID? = nil
    ) async throws -> DepotSnapshot {
        try access.check(for: address)
        let client = RedisClient(
            tool: try await RedisTool.find(),
            address: address,
            access: access,
            patience: patience
        )
        return try await add(to: instance, name: name, kind: kind, remark: remark, id: id) { staging in
            try await SnapshotTaker(client: client).take(into: staging)
        }
    }
}
