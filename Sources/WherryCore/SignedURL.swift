/// A URL that grants access to whoever holds it, kept byte for byte as the provider wrote it.
///
/// It is text, never parsed and rebuilt: providers put raw `/`, `+` and `==` in the query, and a URL library that
/// rewrites them breaks the token. Printing it, interpolating it or mirroring it shows only its redacted form;
/// the whole text is reached by ``text`` alone, so every use of it can be found by name.
public struct SignedURL: Sendable, Hashable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// The whole URL.
    ///
    /// A secret: never log, print or pass it in an argument list.
    public let text: String

    /// Wraps the provider's text unchanged.
    public init(_ text: String) { self.text = text }

    /// The redacted form, see ``redacted``.
    public var description: String { redacted }

    /// The redacted form, see ``redacted``.
    public var debugDescription: String { redacted }

    /// A mirror that holds only the redacted form.
    public var customMirror: Mirror { Mirror(self, children: ["redacted": redacted]) }

    /// What people may see: everything up to the `?`, then `…`.
    ///
    /// Without a query the path may be the secret, so only scheme and authority are shown; with user information or a
    /// fragment before the query only the scheme; of anything but `http://` and `https://` nothing. The catalog's view
    /// `redacted_url` follows the same rules. Bytes are compared, not characters: a combining mark hides no delimiter.
    public var redacted: String {
        let bytes = text.utf8
        let schemes = ["http://", "https://"]
        guard let scheme = schemes.first(where: { bytes.starts(with: $0.utf8) }) else { return "…" }
        let query = bytes.firstIndex(of: UInt8(ascii: "?")) ?? bytes.endIndex
        let isTelling = bytes[..<query].contains { $0 == UInt8(ascii: "@") || $0 == UInt8(ascii: "#") }
        if isTelling { return scheme + "…" }
        if query < bytes.endIndex { return String(decoding: bytes[...query], as: UTF8.self) + "…" }
        let authority = bytes.dropFirst(scheme.utf8.count).prefix { $0 != UInt8(ascii: "/") }
        return scheme + String(decoding: authority, as: UTF8.self) + "/…"
    }
}

/// A value that must never be shown, such as a provider's SecretKey.
public struct Secret: Sendable, Hashable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// The value itself, for signing only.
    public let reveal: String

    /// Wraps a value.
    public init(_ value: String) { reveal = value }

    /// Always `•••`.
    public var description: String { "•••" }

    /// Always `•••`.
    public var debugDescription: String { "•••" }

    /// An empty mirror.
    public var customMirror: Mirror { Mirror(self, children: [:]) }
}
