import WherryCore

/// Where a Redis or Valkey server listens: `redis://HOST[:PORT]`, `rediss://…` with TLS, or `unix:/PATH`.
///
/// A user may stand in front of the host (`redis://USER@HOST`) or behind the socket (`unix:/PATH?user=USER`). A password
/// may not: argument lists are public.
public struct RedisAddress: Sendable, Hashable, CustomStringConvertible {
    /// How it is reached.
    public enum Endpoint: Sendable, Hashable {
        /// Over the network; the host is a name or an address, without brackets.
        case tcp(host: String, port: Int)
        /// Over a socket on this machine, by absolute path.
        case socket(String)
    }

    /// The port of a URL that names none.
    public static let defaultPort = 6_379

    /// How it is reached.
    public var endpoint: Endpoint
    /// Whether the connection is encrypted.
    public var usesTLS: Bool
    /// The ACL user; nil for the default one.
    public var user: String?

    /// An address.
    public init(_ endpoint: Endpoint, usesTLS: Bool = false, user: String? = nil) {
        self.endpoint = endpoint
        self.usesTLS = usesTLS
        self.user = user
    }

    /// Reads a URL.
    ///
    /// - Throws: ``Failure`` of class `usage`: `snapshot.password-in-url`, whose text never repeats the URL, or
    ///   `snapshot.bad-address`.
    public init(parsing text: String) throws {
        if text.hasPrefix("unix:") {
            self = try Self.socket(text.dropFirst("unix:".count))
        } else if text.hasPrefix("redis://") {
            self = try Self.network(text.dropFirst("redis://".count), usesTLS: false)
        } else if text.hasPrefix("rediss://") {
            self = try Self.network(text.dropFirst("rediss://".count), usesTLS: true)
        } else {
            throw Self.bad("starts with neither redis://, rediss:// nor unix:")
        }
    }

    /// The URL without its user.
    public var description: String {
        switch endpoint {
        case .socket(let path): "unix:\(path)"
        case .tcp(let host, let port):
            "\(usesTLS ? "rediss" : "redis")://\(host.contains(":") ? "[\(host)]" : host):\(port)"
        }
    }

    /// The same way in to another node of its cluster.
    func node(host: String, port: Int) -> RedisAddress {
        RedisAddress(.tcp(host: host, port: port), usesTLS: usesTLS, user: user)
    }
}

// MARK: - Parsing

extension RedisAddress {
    private static func socket(_ text: Substring) throws -> RedisAddress {
        let parts = text.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        // unix:///path is the same socket as unix:/path.
        let path = parts[0].hasPrefix("//") ? parts[0].dropFirst(2) : parts[0]
        guard path.hasPrefix("/"), !path.utf8.contains(0) else { throw bad("has no absolute path behind unix:") }
        var address = RedisAddress(.socket(String(path)))
        for field in parts.dropFirst().joined().split(separator: "&") {
            if field.hasPrefix("password=") || field.hasPrefix("pass=") { throw passwordInURL() }
            guard field.hasPrefix("user=") else { throw bad("has something else than user=NAME behind the ?") }
            address.user = try name(field.dropFirst("user=".count))
        }
        return address
    }

    private static func network(_ text: Substring, usesTLS: Bool) throws -> RedisAddress {
        // The last @, so that a password with one in it is still recognized as a password.
        let at = text.lastIndex(of: "@")
        var user: String?
        if let at {
            guard !text[..<at].contains(":") else { throw passwordInURL() }
            user = try name(text[..<at])
        }
        var rest = at.map { text[text.index(after: $0)...] } ?? text
        if rest.hasSuffix("/") { rest = rest.dropLast() }
        guard !rest.contains("/"), !rest.contains("?"), !rest.contains("#") else {
            throw bad("has something behind the host and port; a snapshot always holds every database")
        }
        let (host, port) = try hostAndPort(rest)
        return RedisAddress(.tcp(host: host, port: port), usesTLS: usesTLS, user: user)
    }

    private static func hostAndPort(_ text: Substring) throws -> (String, Int) {
        var host = text
        var port: Substring?
        if text.hasPrefix("["), let end = text.firstIndex(of: "]") {
            host = text[text.index(after: text.startIndex)..<end]
            let behind = text[text.index(after: end)...]
            guard behind.isEmpty || behind.hasPrefix(":") else { throw bad("has something between ] and the port") }
            port = behind.isEmpty ? nil : behind.dropFirst()
        } else if let colon = text.lastIndex(of: ":") {
            host = text[..<colon]
            port = text[text.index(after: colon)...]
            guard !host.contains(":") else { throw bad("has an IPv6 address without brackets") }
        }
        // A leading dash would be an option to redis-cli.
        guard !host.isEmpty, !host.hasPrefix("-"), host.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
            throw bad("has no usable host")
        }
        guard let port else { return (String(host), defaultPort) }
        guard port.utf8.allSatisfy({ (48...57).contains($0) }), let number = Int(port), (1...65_535).contains(number)
        else { throw bad("has no usable port") }
        return (String(host), number)
    }

    private static func name(_ text: Substring) throws -> String {
        var bytes: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            let digits = String(decoding: rest.prefix(2), as: UTF8.self)
            guard digits.utf8.count == 2, let decoded = UInt8(digits, radix: 16) else {
                throw bad("has a % without two hexadecimal digits")
            }
            bytes.append(decoded)
            rest = rest.dropFirst(2)
        }
        guard !bytes.isEmpty, bytes.allSatisfy({ $0 > 0x20 && $0 != 0x7F }) else { throw bad("has no usable user") }
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func passwordInURL() -> Failure {
        Failure(
            .usage,
            code: "snapshot.password-in-url",
            "The server's URL holds a password, which every user of this machine can read while the command runs.",
            remedy: "Take it out and say where it is: --password env:NAME or --password file:PATH. Then change it."
        )
    }

    private static func bad(_ reason: String) -> Failure {
        Failure(
            .usage,
            code: "snapshot.bad-address",
            "The server's URL \(reason).",
            remedy: "Write redis://[USER@]HOST[:PORT], rediss://[USER@]HOST[:PORT] or unix:/PATH[?user=USER]."
        )
    }
}
