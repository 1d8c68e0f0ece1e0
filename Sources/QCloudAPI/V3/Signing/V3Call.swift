/// One API 3.0 call as a server received it, with its common parameters read out (vendor page 239/32048).
///
/// Making one checks the form only; nothing in it is to be trusted before
/// ``authenticate(secretKey:token:now:policy:)``. Even then, a TC3 signature of the vendor's SDKs covers `content-type`,
/// `host` and the body only: action, version, region and token headers are protected by TLS alone.
public struct V3Call: Sendable {
    /// How the call is signed, with what only that way has.
    public enum Scheme: Sendable, Equatable {
        /// TC3-HMAC-SHA256 in the `Authorization` header.
        case tc3(TC3Authorization)
        /// HmacSHA1 or HmacSHA256 among the parameters, with a number that is used once.
        case form(method: CRSSignature.Method, signature: String, nonce: UInt64)
    }

    /// The action, its first letter in upper case.
    public let action: String
    /// The version, `2018-04-12` for Redis.
    public let version: String
    /// The region id, `ap-guangzhou`; nil when absent.
    public let region: String?
    /// The language for messages, `zh-CN` or `en-US`; nil when absent.
    public let language: String?
    /// When the client signed the call, in Unix seconds.
    public let timestamp: Int64
    /// The id of the key the call is signed with.
    public let secretID: String
    /// The session token of temporary keys; nil when absent.
    public let token: String?
    /// How the call is signed.
    public let scheme: Scheme
    /// The request as it came in.
    public let message: V3Message

    /// The parameters of a call with a form signature, common ones included.
    let form: FormParameters?

    /// The names of the common parameters in queries and forms; never parameters of an action.
    static let commonNames = [
        "Action", "Version", "Region", "Timestamp", "Nonce", "SecretId", "Signature", "SignatureMethod", "Token",
        "Language", "RequestClient",
    ]

    /// Reads a call's common parameters.
    ///
    /// A call with an `Authorization` header is a TC3 one; without, its query (GET) or form body (POST) must hold
    /// everything.
    ///
    /// - Throws: ``V3Error`` MissingParameter, InvalidParameter, UnsupportedProtocol or
    ///   AuthFailure.InvalidAuthorization.
    public init(_ message: V3Message) throws(V3Error) {
        if message.values(of: "Authorization").isEmpty {
            try self.init(form: message)
        } else {
            try self.init(tc3: message)
        }
    }

    private init(tc3 message: V3Message) throws(V3Error) {
        self.message = message
        form = nil
        action = try V3CommonReader.action(try V3CommonReader.header("X-TC-Action", of: message))
        version = try V3CommonReader.header("X-TC-Version", of: message)
        timestamp = try V3CommonReader.timestamp(
            try V3CommonReader.header("X-TC-Timestamp", of: message),
            "X-TC-Timestamp"
        )
        region = try V3CommonReader.optionalHeader("X-TC-Region", of: message)
        language = try V3CommonReader.optionalHeader("X-TC-Language", of: message)
        token = try V3CommonReader.optionalHeader("X-TC-Token", of: message)
        guard let header = message.single("Authorization") else {
            throw V3Error(.invalidAuthorization, "Authorization occurs more than once or is empty.")
        }
        let authorization = try TC3Authorization(header: header)
        secretID = authorization.secretID
        scheme = .tc3(authorization)
    }

    private init(form message: V3Message) throws(V3Error) {
        let form = try V3CommonReader.form(of: message)
        self.message = message
        self.form = form
        action = try V3CommonReader.action(try V3CommonReader.text("Action", of: form))
        version = try V3CommonReader.text("Version", of: form)
        timestamp = try V3CommonReader.timestamp(try V3CommonReader.text("Timestamp", of: form), "Timestamp")
        region = try V3CommonReader.optionalText("Region", of: form)
        language = try V3CommonReader.optionalText("Language", of: form)
        token = try V3CommonReader.optionalText("Token", of: form)
        secretID = try V3CommonReader.text("SecretId", of: form)
        guard let nonce = StrictNumber.unsigned(UInt64.self, try V3CommonReader.text("Nonce", of: form).utf8) else {
            throw V3Error(.invalidParameter, "Nonce is not an unsigned integer.")
        }
        scheme = .form(
            method: CRSSignature.Method(wireName: try V3CommonReader.optionalText("SignatureMethod", of: form)),
            signature: try V3CommonReader.text("Signature", of: form),
            nonce: nonce
        )
    }
}

// MARK: - CustomStringConvertible

extension V3Call: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// The action and secret id, without signature, token or values.
    public var description: String { "V3Call(\(action), secretID: \(secretID))" }

    /// The same text as ``description``.
    public var debugDescription: String { description }

    /// An empty mirror.
    public var customMirror: Mirror { Mirror(self, children: []) }
}
