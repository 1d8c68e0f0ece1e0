public import WherryCore

/// What opens the door of a Redis server: a password, and for TLS the files that prove who is who.
public struct RedisAccess: Sendable, Hashable {
    /// The longest password, in bytes: it must fit into a pipe.
    public static let maximumPasswordBytes = 4_096

    /// The password of the user; nil when there is none.
    public var password: Secret?
    /// The path of a PEM file with the authority that signed the servers' certificates.
    public var authority: String?
    /// The path of a PEM file with our own certificate, for servers that ask for one.
    public var certificate: String?
    /// The path of a PEM file with the key of ``certificate``.
    public var key: String?

    /// Access.
    public init(
        password: Secret? = nil,
        authority: String? = nil,
        certificate: String? = nil,
        key: String? = nil
    ) {
        self.password = password
        self.authority = authority
        self.certificate = certificate
        self.key = key
    }

    /// Checks that it fits an address.
    ///
    /// TLS needs an authority: redis-cli does not compare the name in a certificate with the host (7.0.15, tried; hiredis
    /// pull request 1355), so with the system's many authorities anybody who has any certificate could stand in between.
    ///
    /// - Throws: ``Failure`` of class `usage`: `snapshot.tls-options` or `snapshot.bad-password`.
    func check(for address: RedisAddress) throws {
        let files = [authority, certificate, key].compactMap(\.self)
        if !address.usesTLS, !files.isEmpty {
            throw Self.options("There are TLS files, but \(address) is no rediss:// address.", "Write rediss://.")
        }
        if address.usesTLS, authority == nil {
            throw Self.options(
                "\(address) is encrypted, but nothing says whose certificates to trust.",
                "Give the authority that signs your servers' certificates: --ca FILE."
            )
        }
        if (certificate == nil) != (key == nil) {
            throw Self.options("A certificate needs its key, and a key its certificate.", "Give both --cert and --key.")
        }
        if files.contains(where: { $0.isEmpty || $0.utf8.contains(0) }) {
            throw Self.options("A TLS file has no usable name.", "Give its path.")
        }
        guard let bytes = password?.reveal.utf8 else { return }
        let isUsable = !bytes.isEmpty && bytes.count <= Self.maximumPasswordBytes
        guard isUsable, !bytes.contains(where: { [0, 10, 13].contains($0) }) else {
            throw Failure(
                .usage,
                code: "snapshot.bad-password",
                "The password is empty, longer than \(Self.maximumPasswordBytes) bytes, or holds a line break.",
                remedy: "Check what --password refers to."
            )
        }
    }

    private static func options(_ message: String, _ remedy: String) -> Failure {
        Failure(.usage, code: "snapshot.tls-options", message, remedy: remedy)
    }
}
