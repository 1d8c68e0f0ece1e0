import QCloudAPI
import WherryCore
import WherryPluginKit

extension CRSSource: BackupRequesting {
    var requests: (any BackupRequesting)? { self }

    /// Asks the provider for a backup now, and returns once it has taken the order.
    ///
    /// Sent once, whatever comes of it: who repeats it after a lost answer may get two backups, and the provider takes
    /// about 24 a day.
    func requestBackup(of instance: Instance.ID, remark: String?) async throws -> BackupRequest {
        let remark = remark.flatMap { $0.isEmpty ? nil : $0 }
        let requestedAt = clock.now
        let order = ManualBackupInstance(redisId: instance.rawValue, remark: remark)
        do {
            let answer = try await client.call(order, about: instance.rawValue) {
                try TaskStartedResponse(decoding: $0)
            }
            return BackupRequest(
                instance: instance,
                remark: remark,
                task: String(answer.requestId),
                requestedAt: requestedAt
            )
        } catch let failure as Failure {
            // Another status than 200 is a proxy's on the way; of these only 4xx tells that nothing arrived.
            let isProxys = failure.code == "crs.http-status" && failure.failureClass.isRetryable
            throw failure.ofOrder(for: instance, unclear: ["crs.6000", "crs.unreadable", isProxys ? failure.code : ""])
        }
    }

    /// Waits an hour at most until a requested backup is made, and finds it.
    func finished(_ request: BackupRequest) async throws -> Backup? {
        try await finished(request) { Polling(every: .seconds(10), beginningWith: .seconds(1), attempts: $0) }
    }

    /// Waits until a requested backup is made, and finds it.
    ///
    /// - Parameter polling: a way to ask so many times.
    /// - Returns: the backup; nil when the list does not show it yet, or shows several that it may be, as tasks do not
    ///   tell the id of what they made.
    /// - Throws: ``Failure`` of class `transient` when the provider gave it up, or has not made it in that time.
    func finished(_ request: BackupRequest, polling: (_ attempts: Int) -> Polling) async throws -> Backup? {
        try await end(of: request.task, for: "\(request.instance)", polling(360))
        // The list may show it a little later.
        let found = try await polling(4).answer { () -> [Backup]? in
            let candidates = try await candidates(for: request)
            return candidates.isEmpty ? nil : candidates
        }
        return found?.count == 1 ? found?.first : nil
    }

    /// Has a cluster's backup converted to RDB files, which the provider wants before it issues URLs.
    func export(_ backup: Backup.ID, of instance: Instance.ID) async throws {
        let order = ExportRedisBackup(redisId: instance.rawValue, backupId: backup.rawValue)
        let about = "\(instance)/\(backup)"
        let answer = try await client.call(order, about: about) { try TaskStartedResponse(decoding: $0) }
        let polling = Polling(every: .seconds(10), beginningWith: .seconds(1), attempts: 360)
        try await end(of: String(answer.requestId), for: about, polling)
    }

    /// Returns once a task is done.
    private func end(of task: String, for object: String, _ polling: Polling) async throws {
        guard let number = Int(task) else { throw CRSFailure.noTask(task, for: object) }
        let end = try await polling.answer { () -> CRSTask.Status? in
            let about = "\(object), task \(number)"
            let answer = try await client.call(DescribeTaskInfo(requestId: number), about: about) {
                try DescribeTaskInfoResponse(decoding: $0)
            }
            return [.done, .failed, .error].contains(answer.status) ? answer.status : nil
        }
        guard let end else { throw CRSFailure.taskUnfinished(task, for: object) }
        guard end == .done else { throw CRSFailure.taskFailed(task, for: object) }
    }

    /// Backups that may be the requested one.
    private func candidates(for request: BackupRequest) async throws -> [Backup] {
        // As far apart as the clocks may be (vendor page 239/1757).
        let earliest = request.requestedAt - .seconds(300)
        var candidates: [Backup] = []
        for try await backup in backups(of: request.instance, since: earliest)
        where backup.kind == .manual && backup.startedAt >= earliest && backup.remark == request.remark ?? "" {
            candidates.append(backup)
        }
        return candidates
    }
}
