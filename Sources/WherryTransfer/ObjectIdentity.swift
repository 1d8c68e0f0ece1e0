/// What proves that two answers are parts of the same object: its size and its validator.
struct ObjectIdentity: Sendable, Hashable {
    /// The size of the whole object; nil when the server does not say.
    var size: Int64?
    /// The `ETag` as received, weak ones included; nil when there is none.
    var etag: String?
    /// The `Last-Modified` as received; nil when there is none.
    var lastModified: String?

    /// The validator that may be sent in `If-Range`: only a strong ETag may (RFC 9110, section 13.1.5).
    var ifRange: String? {
        guard let etag, !etag.hasPrefix("W/") else { return nil }
        return etag
    }

    /// Whether a part with the identity `other` may be appended to what has this one.
    ///
    /// A size must be known on both sides and agree; so must each validator that both name. With no validator at all
    /// nothing proves that it is the same object, so it does not count as the same.
    func isSameObject(as other: ObjectIdentity) -> Bool {
        guard let size, size == other.size else { return false }
        if let etag, let theirs = other.etag { return etag == theirs }
        if let lastModified, let theirs = other.lastModified { return lastModified == theirs }
        return false
    }
}
