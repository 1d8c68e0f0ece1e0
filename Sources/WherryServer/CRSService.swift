import QCloudAPI
import Synchronization
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
    let keys: APIKeys
    let allowsPlainHTTP: Bool
    private let freshness = FreshnessBox()

    init(backend: ServiceBackend, keys: APIKeys, allowsPlainHTTP: Bool) {
        self.backend = backend
        self.keys = keys
        self.allowsPlainHTTP = allowsPlainHTTP
    }

    /// The answer to a call: always an envelope, always for HTTP status 200.
    func answer(_ call: Call) async -> [UInt8] {
        let started = ContinuousClock.now
        var audit = Audit()
        let bytes: [UInt8]
        do {
            bytes = try await answer(call, &audit)
        } catch let error as CRSError {
            audit.code = error.code
            bytes = error.encoded()
        } catch {
            let answer = Self.error(for: Failure.wrap(error, during: "answering \(audit.action)"))
            audit.code = answer.code
            bytes = answer.encoded()
        }
        backend.record(audit, latency: ContinuousClock.now - started, requestID: call.requestID)
        return bytes
    }

    /// What is known of a call for its row in the catalog.
    struct Audit: Sendable {
        var caller = "api:?"
        var action = "?"
        var object = ""
        var code = 0
    }

    private func answer(_ call: Call, _ audit: inout Audit) async throws -> [UInt8] {
        guard call.isEncrypted || allowsPlainHTTP else {
            throw CRSError(.unsupportedProtocol, "(4600) This API is answered over https only.")
        }
        let request = try authenticated(call, &audit)
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
            return try await Caller.$current.withValue(audit.caller) {
                try await backend.downloadURL(wanted).encoded()
            }
        default:
            throw CRSError(.unsupportedAction, "(6100) The action \(Self.shown(request.action)) is not known here.")
        }
    }

    private func authenticated(_ call: Call, _ audit: inout Audit) throws -> CRSRequest {
        let parameters: FormParameters
        do {
            parameters = try FormParameters(decoding: call.parameters)
        } catch {
            throw CRSError(.badParameter, "(4000) The parameters cannot be decoded.")
        }
        let request = try CRSRequest(parameters: parameters)
        audit.action = Self.shown(request.action)
        guard let key = keys.secretKey(of: request.secretId) else {
            throw CRSError(.secretIdNotFound, "(4104) The SecretId does not exist.")
        }
        audit.caller = "api:\(request.secretId)"
        guard request.isSigned(with: key.reveal, verb: call.verb, host: call.host) else {
            throw CRSError(.authenticationFailed, "(4100) The signature does not fit the request.")
        }
        if let refusal = freshness.admit(request, now: backend.clock.now) { throw refusal }
        return request
    }

    /// An action's name as far as it is one, for messages and the catalog.
    private static func shown(_ action: String) -> String {
        let isName = action.utf8.count <= 64 && action.utf8.allSatisfy { $0 > 47 && $0 < 123 }
        return isName ? action : "?"
    }

    /// A failure of ours as one of the API's errors.
    private static func error(for failure: Failure) -> CRSError {
        switch failure.code {
        case "instance.not-found": CRSError(.instanceNotExists)
        case "backup.not-found": CRSError(.backupNotExists)
        case "backup.busy": CRSError(.backupStatusAbnormal)
        default: CRSError(.serverError)
        }
    }
}

/// The replay memory of a service, shared by its requests.
private final class FreshnessBox: Sendable {
    private let memory = Mutex(CRSFreshness())

    func admit(_ request: CRSRequest, now: Timestamp) -> CRSError? {
        memory.withLock {
            $0.admit(
                secretID: request.secretId,
                timestamp: request.timestamp,
                nonce: request.nonce,
                now: now.seconds
            )
        }
    }
}
