package import WherryCore

/// The keys that callers of the API sign with.
package struct APIKeys: Sendable {
    private let secrets: [String: Secret]

    /// SecretKeys by SecretId.
    package init(_ secrets: [String: Secret]) { self.secrets = secrets }

    /// The SecretKey of a SecretId; nil for an unknown one.
    package func secretKey(of secretId: String) -> Secret? { secrets[secretId] }
}
