/// What proves that two answers are parts of the same object: its size, its validators, its checksum.
struct ObjectIdentity: Sendable, Hashable {
    /// The size of the whole object; nil when the server does not say.
    var size: Int64?
    /// The `ETag` as received, weak ones included; nil when there is none.
    var etag: String?
    /// The `Last-Modified` as received; nil when there is none, or when it is too young to tell objects apart.
    var lastModified: String?
    /// The object's CRC-64/XZ as the store declares it.
    var crc64: UInt64?

    init(size: Int64? = nil, etag: String? = nil, lastModified: String? = nil, crc64: UInt64? = nil) {
        self.size = size
        self.etag = etag
        self.lastModified = lastModified
        self.crc64 = crc64
    }

    /// Whether `etag` may stand for every byte (RFC 9110, section 8.8.1).
    private var hasStrongETag: Bool { etag.map { !$0.hasPrefix("W/") } ?? false }

    /// The validator that may be sent in `If-Range`: a strong ETag, else the date (RFC 9110, section 13.1.5).
    var ifRange: String? { hasStrongETag ? etag : lastModified }

    /// Whether parts from several answers can be proven to be of one object.
    var canBeResumed: Bool { size != nil && (hasStrongETag || lastModified != nil || crc64 != nil) }

    /// Whether a part with the identity `other` may be put beside what has this one.
    ///
    /// A size must be known on both sides and agree; so must each validator that both name. With no validator at all
    /// nothing proves that it is the same object, so it does not count as the same.
    func isSameObject(as other: ObjectIdentity) -> Bool {
        guard let size, size == other.size else { return false }
        if let crc64, let theirs = other.crc64, crc64 != theirs { return false }
        if let etag, let theirs = other.etag {
            guard etag == theirs else { return false }
            if hasStrongETag { return true }
        }
        if let lastModified, let theirs = other.lastModified { return lastModified == theirs }
        return crc64 != nil && other.crc64 == crc64
    }
}
