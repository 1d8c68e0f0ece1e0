import QCloudAPI
import WherryCatalog
import WherryCore
import WherryEngine

/// API 2.0 as a server: checks a request and answers it.
///
/// Knows nothing of sockets.
struct CRSService: Sendable {
    /// One request as it came in.
    struct Call: Sendable {
        var verb: CRSVerb
        var host: String
        /// The query of a GET, the body of a POST: nothing else is read (vendor page 239/8076).
        var parameters: [UInt8]
        var isEncrypted: Bool
        var requestID: String
    }

    let backend: ServiceBackend
    let gate: APIGate

    /// The answer to a call: always an envelope, always for HTTP status 200; and what is known of the call.
    func answer(_ call: Call) async -> (bytes: [UInt8], audit: APIAudit) {
        let started = ContinuousClock.now
        var audit = APIAudit()
        let bytes: [UInt8]
        do {
            bytes = try await answer(call, &audit)
        } catch {
            let answer = APIFailure.api2(error, during: audit.action)
            audit.code = String(answer.code)
            bytes = answer.encoded()
        }
        backend.record(audit, latency: ContinuousClock.now - started, requestID: call.requestID)
        return (bytes, audit)
    }

    private func answer(_ call: Call, _ audit: inout APIAudit) async throws -> [UInt8] {
        guard call.isEncrypted || gate.allowsPlainHTTP else {
            throw CRSError(.unsupportedProtocol, "(4600) This API is answered over https only.")
        }
        let request = try authenticated(call, &audit)
        let rights = gate.keys.rights(of: request.secretId)
        guard rights.allow(action: request.action) else {
            throw CRSError(.apiNotAllowed, "(4101) The key has no right to the action \(request.action).")
        }
        let backend = backend.limited(to: rights)
        return try await Caller.$current.withValue(audit.caller) { try await answer(request, from: backend, &audit) }
    }

    private func answer(
        _ request: CRSRequest,
        from backend: ServiceBackend,
        _ audit: inout APIAudit
    ) async throws -> [UInt8] {
        switch request.action {
        case DescribeRedis.action:
            let wanted = try DescribeRedis(parameters: request.parameters)
            audit.object = wanted.redisId ?? ""
            return try await backend.describe(wanted).encoded()
        case GetRedisBackupList.action:
            let wanted = try GetRedisBackupList(parameters: request.parameters)
            audit.object = wanted.redisId
            return try await backend.list(wanted).encoded()
        case GetBackupDownloadUrl.action:
            let wanted = try GetBackupDownloadUrl(parameters: request.parameters)
            audit.object = "\(wanted.redisId)/\(wanted.backupId)"
            return try await backend.downloadURL(wanted).encoded()
        case ManualBackupInstance.action:
            let wanted = try ManualBackupInstance(parameters: request.parameters)
            audit.object = wanted.redisId
            let task = try await backend.beginBackup(of: wanted.redisId, remark: wanted.remark)
            return TaskStartedResponse(requestId: task).encoded()
        case ExportRedisBackup.action:
            let wanted = try ExportRedisBackup(parameters: request.parameters)
            audit.object = "\(wanted.redisId)/\(wanted.backupId)"
            return try await backend.export(wanted).encoded()
        case DescribeTaskInfo.action:
            let wanted = try DescribeTaskInfo(parameters: request.parameters)
            audit.object = String(wanted.requestId)
            return try await backend.taskInfo(wanted).encoded()
        case GetRedisTaskList.action:
            let wanted = try GetRedisTaskList(parameters: request.parameters)
            audit.object = wanted.redisId ?? ""
            return try await backend.list(wanted).encoded()
        default:
            throw CRSError(.unsupportedAction)
        }
    }

    private func authenticated(_ call: Call, _ audit: inout APIAudit) throws -> CRSRequest {
        let parameters: FormParameters
        do {
            parameters = try FormParameters(decoding: call.parameters)
        } catch {
            throw CRSError(.badParameter, "(4000) The parameters cannot be decoded.")
        }
        let request = try CRSRequest(parameters: parameters)
        audit.action = APIAudit.shown(request.action)
        guard let key = gate.keys.secretKey(of: request.secretId) else {
            throw CRSError(.secretIdNotFound, "(4104) The SecretId does not exist.")
        }
        audit.caller = "api:\(request.secretId)"
        guard request.isSigned(with: key.reveal, verb: call.verb, host: call.host) else {
            throw CRSError(.authenticationFailed, "(4100) The signature does not fit the request.")
        }
        if let refusal = gate.refusal(
            secretID: request.secretId,
            timestamp: request.timestamp,
            nonce: request.nonce,
            now: backend.clock.now
        ) {
            throw refusal
        }
        guard Self.actions.contains(request.action) else {
            throw CRSError(
                .unsupportedAction,
                "(6100) The action \(APIAudit.shown(request.action)) is not known here."
            )
        }
        guard gate.admits(request.secretId, request.action, documented: nil) else { throw CRSError(.limitExceeded) }
        return request
    }

    private static let actions: Set = [
        DescribeRedis.action, GetRedisBackupList.action, GetBackupDownloadUrl.action, ManualBackupInstance.action,
        ExportRedisBackup.action, DescribeTaskInfo.action, GetRedisTaskList.action,
    ]
}
