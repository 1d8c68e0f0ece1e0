import QCloudAPI
import WherryCore
import WherryPluginKit

extension TencentCloudSource: BackupRequesting {
    var requests: (any BackupRequesting)? { self }

    /// Asks the provider for a backup now, and returns once it has taken the order.
    ///
    /// Sent once, whatever comes of it: who repeats it after a lost answer may get two backups, and the provider takes a
    /// limited number a day (about 24 in API 2.0; not documented for 3.0).
    func requestBackup(of instance: Instance.ID, remark: String?) async throws -> BackupRequest {
        let remark = remark.flatMap { $0.isEmpty ? nil : $0 }
        let requestedAt = clock.now
        let region = try await region(of: instance)
        do {
            let answer = try await client.call(
                V3ManualBackupInstance(instanceID: instance.rawValue, remark: remark),
                in: region,
                about: instance.rawValue
            )
            return BackupRequest(
                instance: instance,
                remark: remark,
                task: String(answer.response.taskID),
                requestedAt: requestedAt
            )
        } catch let failure as Failure {
            // Another status than 200 is a proxy's on the way; of these only 4xx tells that nothing arrived.
            let isProxys = failure.code == "tencentcloud.http-status" && failure.failureClass.isRetryable
            throw failure.ofOrder(
                for: instance,
                unclear: ["tencentcloud.server", "tencentcloud.unreadable", isProxys ? failure.code : ""]
            )
        }
    }

    /// How far a requested backup is.
    func progress(of request: BackupRequest) async throws -> BackupRequest.Progress {
        guard let task = Int(request.task) else { throw TencentCloudFailure.noTask(request) }
        let answer = try await client.call(
            V3DescribeTaskInfo(taskID: task),
            in: region(of: request.instance),
            about: "\(request.instance), task \(task)"
        )
        return switch answer.response.status {
        case .preparing, .running: .running
        case .succeed: .done
        case .failed, .error: .failed(client.harmless(answer.response.taskMessage))
        case nil: .unknown
        }
    }

    /// Waits an hour at most until a requested backup is made, and finds it.
    func finished(_ request: BackupRequest) async throws -> Backup? {
        try await finished(request, firstPause: .seconds(1))
    }

    /// Waits until a requested backup is made, and finds it.
    ///
    /// Rides out what passes: lost connections, too many requests, trouble of the provider.
    ///
    /// - Parameters:
    ///   - pause: between two questions.
    ///   - firstPause: after the first question; the pauses grow from there.
    ///   - attempts: how many questions at most.
    /// - Returns: the backup; nil when the list does not show it yet, or shows several that it may be, as tasks do not
    ///   tell the id of what they made.
    /// - Throws: ``Failure`` of class `transient` when the provider gave it up, or has not made it in that time.
    func finished(
        _ request: BackupRequest,
        pause: Duration = .seconds(10),
        firstPause: Duration? = nil,
        attempts: Int = 360,
        wait: @escaping Polling.Wait = { try await Task.sleep(for: $0) }
    ) async throws -> Backup? {
        let polling = Polling(every: pause, beginningWith: firstPause, attempts: attempts, wait: wait)
        let end = try await polling.answer { () -> BackupRequest.Progress? in
            let progress = try await progress(of: request)
            return progress.isFinal ? progress : nil
        }
        switch end {
        case .done:
            // The list may show it a little later.
            let looks = Polling(every: pause, beginningWith: firstPause, attempts: 4, wait: wait)
            let found = try await looks.answer { () -> [Backup]? in
                let candidates = try await candidates(for: request)
                return candidates.isEmpty ? nil : candidates
            }
            return found?.count == 1 ? found?.first : nil
        case .failed(let reason): throw TencentCloudFailure.taskFailed(request, reason)
        case .running, .unknown, nil: throw TencentCloudFailure.taskUnfinished(request)
        }
    }

    /// Backups that may be the requested one.
    private func candidates(for request: BackupRequest) async throws -> [Backup] {
        // As far apart as the clocks may be.
        let earliest = request.requestedAt - .seconds(V3Wire.windowSeconds)
        var candidates: [Backup] = []
        for try await backup in backups(of: request.instance, since: earliest)
        where backup.kind == .manual && backup.startedAt >= earliest && backup.remark == request.remark ?? "" {
            candidates.append(backup)
        }
        return candidates
    }
}
