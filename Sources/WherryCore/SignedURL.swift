/// A URL that grants access to whoever holds it, kept byte for byte as the provider wrote it.
///
/// It is text, never parsed and rebuilt: providers put raw `/`, `+` and `==` in the query, and a URL library that
/// rewrites them breaks the token. Printing it, interpolating it or mirroring it shows only its redacted form;
/// the whole text is reached by ``text`` alone, so every use of it can be found by name.
public struct SignedURL: Sendable, Hashable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// The whole URL. A secret: never log, print or pass it in an argument list.
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
    /// Without a query the path may be the secret, so only scheme and authority are shown; with user information in
    /// the authority, or no scheme at all, only the scheme. The catalog's view `redacted_url` follows the same rules.
    public var redacted: String {
        let bytes = text.utf8
        guard let colon = text.firstRange(of: "://") else { return "…" }
        let scheme = text[..<colon.upperBound]
        let query = text.firstIndex(of: "?") ?? text.endIndex
        if text[..<query].contains("@") { return scheme + "…" }
        if query < text.endIndex { return text[...query] + "…" }
        let rest = text[colon.upperBound...]
        let end = rest.firstIndex(of: "/") ?? bytes.endIndex
        return text[..<end] + "/…"
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
