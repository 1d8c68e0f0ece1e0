package import WherryCore

/// The keys that callers of the API sign with, and what each may do.
package struct APIKeys: Sendable {
    /// What stands behind a SecretId.
    package struct Key: Sendable {
        /// The SecretKey.
        package var secret: Secret
        /// What its owner may do.
        package var rights: CallerRights

        /// A key.
        package init(secret: Secret, rights: CallerRights) {
            self.secret = secret
            self.rights = rights
        }
    }

    private let keys: [String: Key]

    /// Keys by SecretId.
    package init(_ keys: [String: Key]) { self.keys = keys }

    /// SecretKeys by SecretId, whose owners may do everything.
    package init(_ secrets: [String: Secret]) { keys = secrets.mapValues { Key(secret: $0, rights: .all) } }

    /// The SecretKey of a SecretId; nil for an unknown one.
    package func secretKey(of secretId: String) -> Secret? { keys[secretId]?.secret }

    /// What the owner of a SecretId may do.
    func rights(of secretId: String) -> CallerRights {
        keys[secretId]?.rights ?? CallerRights(actions: [], instances: [], networks: [])
    }
}
