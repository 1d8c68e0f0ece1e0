import QCloudAPI
import WherryCore
import WherryPluginKit

/// Signs, sends and reads one call at a time.
struct TencentCloudClient: Sendable {
    /// What came back of a call that went well.
    struct Answered<Response: Sendable>: Sendable {
        /// What the action answers.
        let response: Response
        /// How much the provider's clock is ahead of ours, by the `Date` header; nil when not told.
        let clockLead: Duration?
    }

    private let context: PluginContext
    private let endpoint: String
    private let credentials: CRSCredentials
    private let language: String

    init(_ options: TencentCloudOptions, context: PluginContext) {
        self.context = context
        endpoint = options.endpoint
        credentials = options.credentials
        language = options.language
    }

    /// The host, with its port, as it is signed and sent.
    var host: String {
        guard let scheme = endpoint.firstRange(of: "://") else { return endpoint }
        return String(endpoint[scheme.upperBound...])
    }

    /// Whether the endpoint is reached without TLS.
    var isPlain: Bool { endpoint.lowercased().hasPrefix("http://") }

    /// Sends `request` and reads the answer.
    ///
    /// The call and its code go to the catalog, whatever came of it.
    ///
    /// - Parameter object: what the call is about, for messages and the catalog.
    /// - Throws: ``Failure`` as ``TencentCloudFailure`` maps the provider's codes.
    func call<Request: V3ActionRequest>(
        _ request: Request,
        in region: String,
        about object: String
    ) async throws -> Answered<Request.Response> {
        let started = ContinuousClock.now
        let at = context.clock.now
        func report(_ code: String) async {
            let latency = ContinuousClock.now - started
            await context.observer.observed(
                APICall(action: Request.action, object: object, code: code, at: at, latency: latency)
            )
        }
        let response: HTTPExchangeResponse
        do {
            response = try await context.http.send(signed(request, region: region, at: at))
        } catch {
            await report("unreachable")
            throw error
        }
        let lead = ServerClock.lead(of: response, sent: at, received: context.clock.now)
        // The API answers 200 to errors too: the vendor's SDKs take any other status for a fault of the network.
        guard response.status == 200 else {
            await report("http-\(response.status)")
            throw TencentCloudFailure.status(response.status, host: host, retryAfter: response.header("retry-after"))
        }
        do {
            let answer = try V3Answer<Request.Response>(decoding: response.body)
            await report("0")
            return Answered(response: answer.response, clockLead: lead)
        } catch let error as V3Error {
            let told = ProviderError(error, hiding: secrets)
            await report(told.code)
            throw TencentCloudFailure.failure(told, action: Request.action, object: object, clockLead: lead)
        } catch {
            await report("unreadable")
            let place = (error as? CRSMalformedAnswer)?.description
            throw TencentCloudFailure.unreadable(action: Request.action, host: host, place: place)
        }
    }

    /// The provider's words in an answer that is no error, fit for messages.
    func harmless(_ text: String) -> String { ProviderError.harmless(text, hiding: secrets) }

    private var secrets: [String] {
        [credentials.secretId, credentials.secretKey, credentials.token].compactMap { $0 }
    }

    private func signed(_ request: some V3ActionRequest, region: String, at: Timestamp) -> HTTPExchangeRequest {
        let signer = V3Signer(credentials: credentials, host: host, region: region, language: language)
        let message = signer.message(for: request, timestamp: at.seconds, nonce: context.random() >> 1 | 1)
        // The Host header is among them: it goes out as it was signed, whatever the HTTP client makes of the URL.
        return HTTPExchangeRequest(
            method: message.verb.rawValue,
            url: endpoint + message.path,
            headers: message.headers.map { ($0.name, $0.value) },
            body: message.body
        )
    }
}

// MARK: - Redaction

extension TencentCloudClient: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// The host alone.
    var description: String { "TencentCloudClient(\(host))" }

    /// The same text as ``description``.
    var debugDescription: String { description }

    /// A mirror with the host only.
    var customMirror: Mirror { Mirror(self, children: ["host": host]) }
}
