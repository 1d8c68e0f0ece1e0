import QCloudAPI
import WherryCore
import WherryEngine

/// API 3.0 as a server: checks a request and answers it.
///
/// Knows nothing of sockets.
struct V3Service: Sendable {
    /// One request as it came in.
    struct Call: Sendable {
        var message: V3Message
        var isEncrypted: Bool
        /// A UUID, which is the answer's `RequestId` too.
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
            let (request, rights) = try admitted(call, &audit)
            let backend = backend.limited(to: rights)
            bytes = try await Caller.$current.withValue(audit.caller) {
                try await backend.answer(request).encoded(requestID: call.requestID)
            }
        } catch {
            let answer = APIFailure.api3(error, during: audit.action)
            audit.code = answer.code.rawValue
            bytes = answer.encoded(requestID: call.requestID)
        }
        backend.record(audit, latency: ContinuousClock.now - started, requestID: call.requestID)
        return (bytes, audit)
    }

    /// The action of a call whose caller may make it.
    private func admitted(_ call: Call, _ audit: inout APIAudit) throws(V3Error) -> (
        V3AnyRequest, CallerRights
    ) {
        guard call.isEncrypted || gate.allowsPlainHTTP else {
            throw V3Error(.unsupportedProtocol, "This API is answered over https only.")
        }
        guard call.message.query.utf8.count <= V3Wire.longestQuery else { throw V3Error(.requestSizeLimitExceeded) }
        let signed = try V3Call(call.message)
        audit.action = APIAudit.shown(signed.action)
        guard let key = gate.keys.secretKey(of: signed.secretID) else { throw V3Error(.secretIDNotFound) }
        audit.caller = "api:\(signed.secretID)"
        try signed.authenticate(secretKey: key.reveal, now: backend.clock.now.seconds)
        if case .form(_, _, let nonce) = signed.scheme,
            let refusal = gate.refusal(
                secretID: signed.secretID,
                timestamp: signed.timestamp,
                nonce: nonce,
                now: backend.clock.now
            )
        {
            throw V3Error(.signatureExpire, refusal.message)
        }
        let request = try V3AnyRequest(signed)
        audit.object = request.object
        guard gate.admits(signed.secretID, request.action, documented: request.requestsPerSecond) else {
            throw V3Error(
                .requestLimitExceeded,
                "\(request.action) was called too often within a second."
            )
        }
        let rights = gate.keys.rights(of: signed.secretID)
        guard rights.allow(action: request.action) else {
            throw V3Error(.unauthorizedOperation, "The key has no right to the action \(request.action).")
        }
        return (request, rights)
    }
}
