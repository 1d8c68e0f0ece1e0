import QCloudAPI
import WherryCore
import WherryPluginKit

/// Signs, sends and reads one call at a time.
struct CRSClient: Sendable {
    private let context: PluginContext
    private let endpoint: String
    private let region: String
    private let credentials: CRSCredentials
    private let verb: CRSVerb
    private let method: CRSSignature.Method

    init(_ options: OptionValues, context: PluginContext) throws {
        self.context = context
        let text = options.text("endpoint") ?? "https://redis.api.qcloud.com"
        endpoint = text.hasSuffix("/") ? String(text.dropLast()) : text
        region = try options.required("region")
        credentials = CRSCredentials(
            secretId: try options.requiredSecret("secret_id").reveal,
            secretKey: try options.requiredSecret("secret_key").reveal
        )
        verb = options.text("method") == "GET" ? .get : .post
        method = CRSSignature.Method(wireName: options.text("signature") ?? "HmacSHA256")
    }

    /// The host, with its port, as it is signed.
    var host: String {
        guard let scheme = endpoint.firstRange(of: "://") else { return endpoint }
        return String(endpoint[scheme.upperBound...])
    }

    /// Sends `request` and reads the answer with `decode`.
    ///
    /// The call and its code go to the catalog, whatever came of it.
    ///
    /// - Parameter object: what the call is about, for messages and the catalog.
    /// - Throws: ``Failure`` as ``CRSFailure`` maps the provider's codes.
    func call<Request: CRSActionRequest, Answer>(
        _ request: Request,
        about object: String,
        decode: ([UInt8]) throws -> Answer
    ) async throws -> Answer {
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
            response = try await context.http.send(signed(request, at: at))
        } catch {
            await report("unreachable")
            throw error
        }
        guard response.status == 200 else {
            await report("http-\(response.status)")
            throw CRSFailure.status(response.status, host: host, retryAfter: response.header("retry-after"))
        }
        do {
            let answer = try decode(response.body)
            await report("0")
            return answer
        } catch let error as CRSError {
            await report(String(error.code))
            throw CRSFailure.failure(error, action: Request.action, object: object)
        } catch {
            await report("unreadable")
            throw CRSFailure.unreadable(action: Request.action, host: host)
        }
    }

    private func signed(_ request: some CRSActionRequest, at: Timestamp) -> HTTPExchangeRequest {
        let parameters = CRSRequest.signed(
            action: type(of: request).action,
            parameters: request.parameters,
            credentials: credentials,
            region: region,
            host: host,
            verb: verb,
            timestamp: at.seconds,
            nonce: context.random() >> 1 | 1,
            signatureMethod: method
        ).encoded()
        let url = endpoint + CRSRequest.path
        switch verb {
        case .get:
            return HTTPExchangeRequest(method: "GET", url: url + "?" + parameters)
        case .post:
            let type = "application/x-www-form-urlencoded"
            return HTTPExchangeRequest(
                method: "POST",
                url: url,
                headers: [("content-type", type)],
                body: Array(parameters.utf8)
            )
        }
    }
}
