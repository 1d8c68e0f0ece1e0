import QCloudAPI
import WherryCore
import WherryPluginKit

extension TencentCloudSource {
    /// How the wait between two questions is spent; tests do not wait.
    typealias Wait = @Sendable (Duration) async throws -> Void

    /// Asks the provider for a backup now, and returns once it has taken the order.
    ///
    /// Not idempotent: who repeats it after a lost answer may get two backups, and the provider takes a limited number
    /// a day (about 24 in API 2.0; not documented for 3.0).
    func requestBackup(of instance: Instance.ID, remark: String?) async throws -> BackupRequest {
        let remark = remark.flatMap { $0.isEmpty ? nil : $0 }
        let requestedAt = clock.now
        let answer = try await client.call(
            V3ManualBackupInstance(instanceID: instance.rawValue, remark: remark),
            in: region(of: instance),
            about: instance.rawValue
        )
        return BackupRequest(
            instance: instance,
            remark: remark,
            task: answer.response.taskID,
            requestedAt: requestedAt
        )
    }

    /// How far a requested backup is.
    func progress(of request: BackupRequest) async throws -> BackupRequest.Progress {
        let answer = try await client.call(
            V3DescribeTaskInfo(taskID: request.task),
            in: region(of: request.instance),
            about: "\(request.instance), task \(request.task)"
        )
        return switch answer.response.status {
        case .preparing, .running: .running
        case .succeed: .done
        case .failed, .error: .failed(client.harmless(answer.response.taskMessage))
        case nil: .unknown
        }
    }

    /// Waits until a requested backup is made, and finds it.
    ///
    /// - Parameters:
    ///   - pause: between two questions.
    ///   - attempts: how many questions at most.
    /// - Returns: the backup; nil when the list does not show it yet, or shows several that it may be, as tasks do not
    ///   tell the id of what they made.
    /// - Throws: ``Failure`` of class `transient` when the provider gave it up, or has not made it in that time.
    func finished(
        _ request: BackupRequest,
        pause: Duration = .seconds(10),
        attempts: Int = 360,
        wait: Wait = { try await Task.sleep(for: $0) }
    ) async throws -> Backup? {
        for attempt in 0..<max(1, attempts) {
            if attempt > 0 { try await wait(pause) }
            switch try await progress(of: request) {
            case .running, .unknown: continue
            case .done: return try await made(by: request)
            case .failed(let reason): throw Self.failed(request, reason)
            }
        }
        throw Failure(
            .transient,
            code: "tencentcloud.task-unfinished",
            "The backup of \(request.instance) that was asked for at \(request.requestedAt) is not made yet.",
            remedy: "List the instance's backups later; the provider goes on with task \(request.task)."
        )
    }

    private func made(by request: BackupRequest) async throws -> Backup? {
        // As far apart as the clocks may be.
        let earliest = request.requestedAt - .seconds(V3Wire.windowSeconds)
        var candidates: [Backup] = []
        for try await backup in backups(of: request.instance, since: earliest)
        where backup.kind == .manual && backup.startedAt >= earliest && backup.remark == request.remark ?? "" {
            candidates.append(backup)
        }
        return candidates.count == 1 ? candidates[0] : nil
    }

    private static func failed(_ request: BackupRequest, _ reason: String) -> Failure {
        Failure(
            .transient,
            code: "tencentcloud.task-failed",
            "The provider gave up the backup of \(request.instance), task \(request.task)."
                + (reason.isEmpty ? "" : " It says: \(reason)"),
            remedy: "Ask for another one later."
        )
    }
}
