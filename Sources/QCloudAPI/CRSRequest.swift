/// One API 2.0 call with its common parameters read out (vendor page 216/1715).
public struct CRSRequest: Sendable, Equatable {
    /// The path of every call, `/v2/index.php`.
    public static let path = "/v2/index.php"
    /// The vendor's host for Redis, `redis.api.qcloud.com`.
    public static let vendorHost = "redis.api.qcloud.com"

    /// The action, its first letter in upper case.
    public let action: String
    /// The region id in the old (`gz`) or new (`ap-guangzhou`) form; nil when absent.
    public let region: String?
    /// When the client signed the call, in Unix seconds.
    public let timestamp: Int64
    /// The client's number for this call, up to 64 bits.
    public let nonce: UInt64
    /// The id of the key the call is signed with.
    public let secretId: String
    /// The base64 signature as sent.
    public let signature: String
    /// The hash of the signature.
    public let signatureMethod: CRSSignature.Method
    /// The session token of temporary keys; nil when absent.
    public let token: String?
    /// Every parameter of the call, common ones and unknown ones included, as all are signed.
    public let parameters: FormParameters

    /// Reads a call that arrived; extra parameters are accepted and kept.
    ///
    /// - Throws: ``CRSError`` 4000 when Action, Timestamp, Nonce, SecretId or Signature is missing or
    ///   malformed, or when a common parameter occurs twice.
    public init(parameters: FormParameters) throws(CRSError) {
        for name in Self.commonNames where parameters.count(of: name) > 1 {
            throw CRSError(.badParameter, "\(name) occurs more than once.")
        }
        let action = try Self.text("Action", of: parameters)
        guard action.utf8.allSatisfy(Self.isActionCharacter) else {
            throw CRSError(.badParameter, "Action is malformed.")
        }
        self.action = Self.capitalized(action)
        region = parameters["Region"]
        timestamp = try Self.number(Int64.self, "Timestamp", of: parameters)
        nonce = try Self.number(UInt64.self, "Nonce", of: parameters)
        secretId = try Self.text("SecretId", of: parameters)
        signature = try Self.text("Signature", of: parameters)
        signatureMethod = CRSSignature.Method(wireName: parameters["SignatureMethod"])
        token = parameters["Token"]
        self.parameters = parameters
    }

    /// Tells whether the call is signed with this key for this verb, host and path.
    ///
    /// - Parameter host: the Host header as it arrived, including a port.
    public func isSigned(with secretKey: String, verb: CRSVerb, host: String, path: String = Self.path) -> Bool {
        CRSSignature.verify(
            signature,
            verb: verb,
            host: host,
            path: path,
            parameters: parameters,
            secretKey: secretKey,
            method: signatureMethod
        )
    }

    /// Builds the parameters of a call to send, common parameters and signature included.
    ///
    /// The action's first letter becomes upper case, as in the vendor's SDK. Common parameters among
    /// `parameters` are dropped in favour of those given here. `SignatureMethod` is sent with
    /// HMAC-SHA256 only, as its absence means HMAC-SHA1.
    ///
    /// - Parameter host: exactly the text that the Host header will have, with a port if it has one.
    public static func signed(
        action: String,
        parameters: FormParameters,
        credentials: CRSCredentials,
        region: String?,
        host: String,
        path: String = Self.path,
        verb: CRSVerb,
        timestamp: Int64,
        nonce: UInt64,
        signatureMethod: CRSSignature.Method = .hmacSHA256
    ) -> FormParameters {
        var call = FormParameters()
        call.append("Action", capitalized(action))
        call.append("Region", region)
        call.append("Timestamp", timestamp)
        call.append("Nonce", nonce)
        call.append("SecretId", credentials.secretId)
        if signatureMethod == .hmacSHA256 { call.append("SignatureMethod", signatureMethod.wireName) }
        call.append("Token", credentials.token)
        for field in parameters.fields where !commonNames.contains(field.name) {
            call.append(field.name, field.value)
        }
        let signature = CRSSignature.sign(
            verb: verb,
            host: host,
            path: path,
            parameters: call,
            secretKey: credentials.secretKey,
            method: signatureMethod
        )
        call.append("Signature", signature)
        return call
    }
}

// MARK: - CustomStringConvertible

extension CRSRequest: CustomStringConvertible, CustomDebugStringConvertible {
    /// The action and secret id, without signature, token or values.
    public var description: String { "CRSRequest(\(action), secretId: \(secretId))" }

    /// The same text as ``description``.
    public var debugDescription: String { description }
}
