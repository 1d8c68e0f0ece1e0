/// Makes signed API 3.0 calls for one key pair, host and region.
///
/// A value without clock or randomness: the caller gives both.
public struct V3Signer: Sendable {
    /// How calls are signed.
    public enum Scheme: Sendable, Hashable {
        /// TC3-HMAC-SHA256, the vendor's default: JSON in a POST, or a query in a GET.
        case tc3
        /// HmacSHA1 or HmacSHA256 over all parameters, in a query or form body.
        case form(CRSSignature.Method)
    }

    /// The key pair, with the session token of temporary keys.
    public var credentials: CRSCredentials
    /// The host exactly as the Host header will have it, with a port if it has one there.
    public var host: String
    /// The region id, `ap-guangzhou`; nil sends none.
    public var region: String?
    /// How calls are signed.
    public var scheme: Scheme
    /// The method of the calls.
    public var verb: CRSVerb
    /// The language of messages, `zh-CN` or `en-US`; nil leaves it to the server.
    public var language: String?
    /// The product in the credential scope.
    public var service: String
    /// The version of the API.
    public var version: String
    /// Tells whether TC3 covers the action too, as the newer signature page does and the Python SDK does not.
    public var signsAction: Bool

    /// Makes a signer with the vendor's defaults: TC3 and POST.
    public init(
        credentials: CRSCredentials,
        host: String,
        region: String?,
        scheme: Scheme = .tc3,
        verb: CRSVerb = .post,
        language: String? = nil,
        service: String = V3Wire.service,
        version: String = V3Wire.version,
        signsAction: Bool = true
    ) {
        self.credentials = credentials
        self.host = host
        self.region = region
        self.scheme = scheme
        self.verb = verb
        self.language = language
        self.service = service
        self.version = version
        self.signsAction = signsAction
    }

    /// The HTTP request of a call.
    ///
    /// - Parameters:
    ///   - timestamp: now, in Unix seconds.
    ///   - nonce: a random number of 1 or more; TC3 has no use for it.
    public func message(for request: some V3ActionRequest, timestamp: Int64, nonce: UInt64) -> V3Message {
        message(
            action: type(of: request).action,
            parameters: request.parameters,
            timestamp: timestamp,
            nonce: nonce
        )
    }

    /// The HTTP request of a call of any action.
    public func message(action: String, parameters: V3Object, timestamp: Int64, nonce: UInt64) -> V3Message {
        switch scheme {
        case .tc3: tc3Message(CRSRequest.capitalized(action), parameters, timestamp)
        case .form(let method): formMessage(CRSRequest.capitalized(action), parameters, timestamp, nonce, method)
        }
    }
}
