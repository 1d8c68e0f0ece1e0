import DepotSource
import QCloudAPI
import Testing
import WherryCore
import WherryPluginKit
import WherryTestSupport

/// Has backups made by putting a real snapshot into the depot, once a gate is open.
struct SnapshotRequests: BackupRequesting {
    let depot: DepotStore
    let gate: TestGate
    var refusal: Failure?
    var breakdown: Failure?

    func requestBackup(of instance: Instance.ID, remark: String?) async throws -> BackupRequest {
        if let refusal { throw refusal }
        return BackupRequest(instance: instance, remark: remark, task: "snapshot-1", requestedAt: TestClock().now)
    }

    func finished(_ request: BackupRequest) async throws -> Backup? {
        try await gate.pass()
        if let breakdown { throw breakdown }
        #expect(request.task == "snapshot-1")
        return try await depot.add(
            [Fixtures.rdb("orders-2")],
            to: request.instance,
            remark: request.remark ?? "none"
        )
    }

    func export(_ backup: Backup.ID, of instance: Instance.ID) async throws {
        try await gate.pass()
        if let breakdown { throw breakdown }
    }
}

/// Lets nobody pass until it is opened.
actor TestGate {
    private var isOpen = false

    /// Lets everybody pass from now on.
    func open() { isOpen = true }

    /// Returns once it is open.
    func pass() async throws {
        while !isOpen { try await Task.sleep(for: .milliseconds(5)) }
    }
}

extension RawCaller {
    /// The answer to a call that succeeds.
    func bytes(_ request: some CRSActionRequest) async throws -> [UInt8] {
        let signed = CRSRequest.signed(
            action: type(of: request).action,
            parameters: request.parameters,
            credentials: CRSCredentials(secretId: Provider.secretID, secretKey: Provider.secretKey),
            region: "ap-guangzhou",
            host: "127.0.0.1:\(provider.port)",
            verb: .post,
            timestamp: provider.clock.now.seconds,
            nonce: .random(in: 1...(.max / 2))
        )
        let body = Array(signed.encoded().utf8)
        return try await HTTPProbe.send("POST", "\(provider.endpoint)/v2/index.php", body: body).body
    }

    /// How far a task is.
    func status(ofTask id: Int) async throws -> CRSTask.Status {
        try await DescribeTaskInfoResponse(decoding: bytes(DescribeTaskInfo(requestId: id))).status
    }

    /// Waits until a task has ended.
    func end(ofTask id: Int) async throws -> CRSTask.Status {
        while true {
            let status = try await status(ofTask: id)
            if status != .waiting, status != .running { return status }
            try await Task.sleep(for: .milliseconds(10))
        }
    }

    /// Begins a backup.
    func beginBackup(of instance: String, remark: String? = nil) async throws -> Int {
        try await TaskStartedResponse(
            decoding: bytes(ManualBackupInstance(redisId: instance, remark: remark))
        ).requestId
    }

    /// The newest backups of an instance.
    func backups(of instance: String) async throws -> [CRSBackup] {
        try await GetRedisBackupListResponse(
            decoding: bytes(GetRedisBackupList(redisId: instance, limit: 20, offset: 0))
        ).backups
    }
}
