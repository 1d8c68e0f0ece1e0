import QCloudAPI
import WherryCatalog
import WherryCore
import WherryEngine

/// The actions of API 3.0 over the same source, catalog and resolver as those of API 2.0.
extension ServiceBackend {
    /// What an action answers.
    func answer(_ request: V3AnyRequest) async throws -> any V3ActionResponse {
        switch request {
        case .describeInstances(let wanted): return try await describeInstances(wanted)
        case .describeInstanceBackups(let wanted): return try await describeInstanceBackups(wanted)
        case .describeBackupURL(let wanted): return try await describeBackupURL(wanted)
        case .describeBackupDetail(let wanted): return try await describeBackupDetail(wanted)
        case .describeBackupDownloadRestriction: return try await describeRestriction()
        case .modifyBackupDownloadRestriction(let wanted): return try await modifyRestriction(wanted)
        case .manualBackupInstance(let wanted):
            let task = try await beginBackup(
                of: wanted.instanceID,
                remark: wanted.remark,
                keepDays: wanted.storageDays
            )
            return V3TaskResponse(taskID: task)
        case .describeTaskInfo(let wanted): return try await taskInfo(wanted)
        case .describeAutoBackupConfig(let wanted): return try await autoBackup(wanted)
        case .modifyAutoBackupConfig(let wanted): return try await modify(wanted)
        }
    }

    /// `DescribeInstances`: filters, order and paging over what the source has.
    private func describeInstances(_ wanted: V3DescribeInstances) async throws -> V3DescribeInstancesResponse {
        let fitting = try await instances().map(V3Inventory.wire).filter { V3InstanceFilter(wanted).admits($0) }
        let ordered = V3InstanceFilter(wanted).ordered(fitting)
        let page = ordered.dropFirst(wanted.offset).prefix(wanted.limit)
        return V3DescribeInstancesResponse(totalCount: ordered.count, instances: Array(page))
    }

    /// `DescribeInstanceBackups`: newest first; begin and end are both included.
    private func describeInstanceBackups(
        _ wanted: V3DescribeInstanceBackups
    ) async throws -> V3DescribeInstanceBackupsResponse {
        let begin = wanted.beginTime.flatMap(times.parse) ?? .min
        let end = wanted.endTime.flatMap(times.parse) ?? .max
        let states = wanted.status.isEmpty ? [.normal] : wanted.status
        let instances = try await instances().filter { instance in
            wanted.instanceID.map { $0 == instance.id.rawValue } ?? true
                && wanted.instanceName.map { instance.name.contains($0) } ?? true
        }
        if wanted.instanceID != nil, wanted.instanceName == nil, instances.isEmpty {
            throw V3Error(.instanceNotExists)
        }
        let lists = try await Concurrently.map(instances, width: 4) { instance in
            try await backups(of: instance.id).filter { (begin...end).contains($0.startedAt.seconds) }
                .map { (backup: $0, wire: V3Inventory.wire($0, of: instance)) }
        }
        let fitting = lists.joined().filter { entry in entry.wire.status.map(states.contains) ?? false }
            .sorted { left, right in
                (left.backup.startedAt, left.backup.key) > (right.backup.startedAt, right.backup.key)
            }
        let page = fitting.dropFirst(wanted.offset).prefix(wanted.limit)
        return V3DescribeInstanceBackupsResponse(totalCount: fitting.count, backups: page.map(\.wire))
    }

    /// `DescribeBackupDetail`: what the list says, with the shards.
    private func describeBackupDetail(
        _ wanted: V3DescribeBackupDetail
    ) async throws -> V3DescribeBackupDetailResponse {
        let key = Backup.Key(
            instance: Instance.ID(rawValue: wanted.instanceID),
            backup: Backup.ID(rawValue: wanted.backupID)
        )
        guard let instance = try await instances().first(where: { $0.id == key.instance }) else {
            throw V3Error(.instanceNotExists)
        }
        guard let backup = try await backups(of: key.instance).first(where: { $0.id == key.backup }) else {
            throw V3Error(.backupNotExists)
        }
        let files = try await catalog.files(of: key, in: source.name)
        var detail = V3DescribeBackupDetailResponse(backup: V3Inventory.wire(backup, of: instance))
        detail.backup.instanceID = nil
        detail.backup.instanceName = nil
        // A source that does not hold the files itself has told their number only if their URLs were asked for before.
        detail.shardNum = files.isEmpty ? (instance.topology == .cluster ? nil : 1) : files.count
        detail.memSize = instance.memory.map { Int($0.bytes >> 20) / max(detail.shardNum ?? 1, 1) }
        return detail
    }
}
