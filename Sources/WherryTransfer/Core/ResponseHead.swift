/// The head of an answer to a request for a file.
struct ResponseHead: Sendable, Hashable {
    var status: Int
    var etag: String?
    var lastModified: String?
    var date: String?
    var contentLength: Int64?
    var contentRange: String?
    var contentType: String?
    var contentEncoding: String?
    var retryAfter: String?
    /// Whether the body ends with a mark of its own, as a chunked one does, and not where the connection ends.
    var isFramed = false
    /// `x-cos-hash-crc64ecma`: the CRC-64/XZ of the whole object, as decimal digits.
    var crc64: UInt64?

    init(status: Int) { self.status = status }

    /// Who the object is, if its whole has `size` bytes.
    func identity(size: Int64?) -> ObjectIdentity {
        // A time that is no older than the answer proves nothing: the object can change again in the same second
        // (RFC 9110, section 8.8.2.2).
        ObjectIdentity(
            size: size,
            etag: etag,
            lastModified: lastModified == date ? nil : lastModified,
            crc64: crc64
        )
    }
}
