/// A key pair that signs API 2.0 calls, with the session token of temporary keys.
///
/// Never prints its key or token: every textual form and the mirror show the id only.
public struct CRSCredentials: Sendable, Equatable {
    /// The public half, sent with every call.
    public let secretId: String
    /// The secret half, used as the raw HMAC key.
    public let secretKey: String
    /// The session token of temporary (STS) keys.
    public let token: String?

    /// Makes credentials; `token` is for temporary keys only (vendor page 216/1715).
    public init(secretId: String, secretKey: String, token: String? = nil) {
        self.secretId = secretId
        self.secretKey = secretKey
        self.token = token
    }
}

// MARK: - Redaction

extension CRSCredentials: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// The secret id with the key blotted out.
    public var description: String { "CRSCredentials(secretId: \(secretId), secretKey: •••)" }

    /// The same text as ``description``.
    public var debugDescription: String { description }

    /// A mirror with the secret id only.
    public var customMirror: Mirror { Mirror(self, children: ["secretId": secretId]) }
}
