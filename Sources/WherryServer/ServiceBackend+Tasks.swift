import QCloudAPI
import WherryCatalog
import WherryCore
import WherryEngine

/// Backups and exports that callers ask for.
extension ServiceBackend {
    /// What is done in tasks, by the API's names.
    private static let taskNames: [BackupTask.Kind: String] = [
        .backup: "task_backupInstance", .export: "task_exportBackup",
    ]

    /// `ManualBackupInstance`: begins a backup and answers with its task.
    func beginBackup(of id: String, remark: String?, keepDays: Int? = nil) async throws -> Int {
        let instance = try await knownInstance(id)
        switch instance.state {
        case .running, .unknown: break
        case .busy: throw CRSError(.instanceLocked)
        case .initializing: throw CRSError(.instanceStatusAbnormal)
        case .isolated: throw V3Error(.instanceIsolated)
        }
        return Int(try await tasks.take(.backup(of: instance.id, remark: remark ?? "", keepDays: keepDays)))
    }

    /// `ExportRedisBackup`: only a cluster's backup in status 2, which is 3 from now on and 4 in the end.
    func export(_ wanted: ExportRedisBackup) async throws -> TaskStartedResponse {
        let instance = try await knownInstance(wanted.redisId)
        guard let backup = try await backups(of: instance.id).first(where: { $0.id.rawValue == wanted.backupId }) else {
            throw CRSError(.backupNotExists)
        }
        guard instance.topology == .cluster else { throw CRSError(.onlyClusterCanExport) }
        let state = try await catalog.exports(of: instance.id, in: source.name)[backup.id]
        guard Self.status(of: backup, export: state) == .normal else { throw Self.statusInvalid }
        let task = try await tasks.take(.export(of: backup.key))
        return TaskStartedResponse(requestId: Int(task))
    }

    /// `DescribeTaskInfo` of API 2.0.
    func taskInfo(_ wanted: DescribeTaskInfo) async throws -> DescribeTaskInfoResponse {
        DescribeTaskInfoResponse(status: Self.status(of: try await task(wanted.requestId).state))
    }

    /// `DescribeTaskInfo` of API 3.0.
    func taskInfo(_ wanted: V3DescribeTaskInfo) async throws -> V3DescribeTaskInfoResponse {
        let task = try await task(wanted.taskID)
        let status: V3DescribeTaskInfoResponse.Status =
            switch task.state {
            case .waiting: .preparing
            case .running: .running
            case .done: .succeed
            case .failed: .failed
            }
        return V3DescribeTaskInfoResponse(
            status: status,
            startTime: times.format(task.askedAt.seconds),
            taskType: Self.taskNames[task.kind],
            instanceID: task.instance.rawValue,
            taskMessage: task.failureMessage
        )
    }

    /// `GetRedisTaskList`: newest first; begin and end are both included.
    func list(_ wanted: GetRedisTaskList) async throws -> GetRedisTaskListResponse {
        let begin = wanted.beginTime.flatMap(times.parse) ?? .min
        let end = wanted.endTime.flatMap(times.parse) ?? .max
        let fitting = try await catalog.tasks(of: source.name).filter { task in
            wanted.redisId.map { $0 == task.instance.rawValue } ?? true
                && wanted.redisName.map { $0 == task.instanceName } ?? true
                && (begin...max(begin, end)).contains(task.askedAt.seconds) && begin <= end
                && (wanted.taskStatus.isEmpty || wanted.taskStatus.contains(Self.status(of: task.state)))
                && (wanted.taskType.isEmpty || Self.taskNames[task.kind].map(wanted.taskType.contains) ?? false)
        }
        let page = fitting.dropFirst(wanted.offset).prefix(wanted.limit)
        return GetRedisTaskListResponse(totalCount: fitting.count, tasks: page.map(wire))
    }

    /// The status of a backup in API 2.0, with what its newest export makes of it.
    static func status(of backup: Backup, export: BackupTask.State?) -> CRSBackup.Status {
        switch (backup.state, export) {
        case (.busy, _): .locked
        case (.exporting, _): .exporting
        case (.expired, _): .expired
        case (.available, .waiting), (.available, .running), (.unknown, .waiting), (.unknown, .running): .exporting
        case (.available, .done), (.unknown, .done): .exported
        case (.available, .failed), (.available, nil), (.unknown, .failed), (.unknown, nil): .normal
        }
    }

    /// The error of a backup that is in another status than it must be, by its name on vendor page 239/8430.
    static var statusInvalid: CRSError {
        let code = CRSErrorCode.backupStatusAbnormal
        return CRSError(code: code.rawValue, name: code.names.last ?? code.name, message: CRSError(code).message)
    }

    func knownInstance(_ id: String) async throws -> Instance {
        guard let instance = try await instances().first(where: { $0.id.rawValue == id }) else {
            throw CRSError(.instanceNotExists)
        }
        return instance
    }

    /// A task; the documentation has no error for one that there is not but InvalidParameter.
    private func task(_ number: Int) async throws -> BackupTask {
        guard let task = try await catalog.task(Int64(number), of: source.name) else {
            throw CRSError(.invalidParameter, "There is no task \(number).")
        }
        return task
    }

    private func wire(_ task: BackupTask) -> CRSTask {
        CRSTask(
            startTime: times.format(task.askedAt.seconds),
            taskName: Self.taskNames[task.kind] ?? "",
            redisName: task.instanceName,
            redisId: task.instance.rawValue,
            projectId: 0,
            status: Self.status(of: task.state),
            progress: task.state.isUnderWay ? 0 : 1
        )
    }

    private static func status(of state: BackupTask.State) -> CRSTask.Status {
        switch state {
        case .waiting: .waiting
        case .running: .running
        case .done: .done
        case .failed: .failed
        }
    }
}
