import WherryCore

/// The head of an answer to a request for a file, from `offset` on.
struct ResponseHead: Sendable {
    var status: Int
    var etag: String?
    var lastModified: String?
    var contentLength: Int64?
    var contentRange: String?
    var contentType: String?
    var contentEncoding: String?
    var retryAfter: String?
}

/// What an answer's head means for the transfer.
///
/// Pure: decided without touching socket or file.
enum ResponseVerdict: Sendable, Equatable {
    /// The body is the object from the offset that was asked for.
    case accept(ObjectIdentity)
    /// The body is the whole object although a part was asked for: start again with it.
    case startOver(ObjectIdentity)
    /// Everything is already here.
    case complete
    /// The URL is no longer good: a new one is needed.
    case refused(status: Int)
    /// A short text instead of the object: its words decide.
    case errorPage
    /// No use.
    case failure(Failure)

    /// Judges the answer to a request for everything from `offset` on.
    ///
    /// - Parameters:
    ///   - pinned: the identity of what is already here; nil when nothing is.
    ///   - expectedSize: the size that the provider's API gave; nil when it gave none.
    static func judge(
        _ head: ResponseHead,
        offset: Int64,
        pinned: ObjectIdentity?,
        expectedSize: Int64?
    ) -> ResponseVerdict {
        switch head.status {
        case 200: whole(head, offset: offset, expectedSize: expectedSize)
        case 206: part(head, offset: offset, pinned: pinned, expectedSize: expectedSize)
        case 401, 403, 404, 410: .refused(status: head.status)
        case 416: offset > 0 && pinned?.size == offset ? .complete : .failure(Self.noSense(head.status))
        case 408, 429, 500...599: .failure(Self.busy(head))
        case 300...399: .failure(Self.redirect(head.status))
        default: .failure(Self.noSense(head.status))
        }
    }

    private static func whole(_ head: ResponseHead, offset: Int64, expectedSize: Int64?) -> ResponseVerdict {
        if let failure = encoded(head) { return .failure(failure) }
        if isText(head.contentType) { return .errorPage }
        let identity = ObjectIdentity(size: head.contentLength, etag: head.etag, lastModified: head.lastModified)
        if let expectedSize, let size = identity.size, size != expectedSize {
            return .failure(wrongSize(size, expectedSize))
        }
        return offset == 0 ? .accept(identity) : .startOver(identity)
    }

    private static func part(
        _ head: ResponseHead,
        offset: Int64,
        pinned: ObjectIdentity?,
        expectedSize: Int64?
    ) -> ResponseVerdict {
        if let failure = encoded(head) { return .failure(failure) }
        guard let range = ContentRange(head.contentRange), range.first == offset, range.last >= range.first else {
            return .failure(wrongRange("another part than the one asked for"))
        }
        guard range.last == range.size - 1, head.contentLength.map({ $0 == range.last - range.first + 1 }) ?? true
        else {
            return .failure(wrongRange("a part that does not reach the end"))
        }
        let identity = ObjectIdentity(size: range.size, etag: head.etag, lastModified: head.lastModified)
        if let expectedSize, range.size != expectedSize { return .failure(wrongSize(range.size, expectedSize)) }
        guard let pinned, pinned.isSameObject(as: identity) else {
            return .failure(
                Failure(
                    .corrupt,
                    code: "transfer.object-changed",
                    "The object behind the URL is not the one the transfer began with.",
                    remedy: "It is fetched again from the start."
                )
            )
        }
        return .accept(identity)
    }

    private static func isText(_ type: String?) -> Bool {
        guard let type = type?.lowercased() else { return false }
        return ["text/html", "text/xml", "application/xml", "application/json"].contains { type.hasPrefix($0) }
    }

    private static func encoded(_ head: ResponseHead) -> Failure? {
        if let encoding = head.contentEncoding?.lowercased(), encoding != "identity", !encoding.isEmpty {
            return Failure(
                .corrupt,
                code: "transfer.encoded",
                "The server sent the object with a content encoding that was not asked for.",
                remedy: "Turn compression off for backups on the server or proxy."
            )
        }
        guard head.contentType?.lowercased().hasPrefix("multipart/") == true else { return nil }
        return wrongRange("several parts in one")
    }

    private static func wrongRange(_ what: String) -> Failure {
        Failure(
            .corrupt,
            code: "transfer.wrong-range",
            "The server answered with \(what).",
            remedy: "A proxy in between may be broken; it is fetched again from the start."
        )
    }

    private static func wrongSize(_ size: Int64, _ expected: Int64) -> Failure {
        Failure(
            .corrupt,
            code: "transfer.wrong-size",
            "The server offers \(size) bytes where the provider announced \(expected).",
            remedy: "Run again; if it stays so, ask the provider for a new backup."
        )
    }

    private static func busy(_ head: ResponseHead) -> Failure {
        Failure(
            .transient,
            code: "transfer.http-\(head.status)",
            "The server answered with status \(head.status).",
            remedy: "Run again later.",
            retryAfter: head.retryAfter.flatMap { Int64($0) }.map { .seconds(min(max($0, 0), 3_600)) }
        )
    }

    private static func redirect(_ status: Int) -> Failure {
        Failure(
            .corrupt,
            code: "transfer.redirect",
            "The server answered with the redirect status \(status), which is not followed.",
            remedy: "Signed URLs must lead to the object itself; look at the proxy in between."
        )
    }

    private static func noSense(_ status: Int) -> Failure {
        Failure(
            .corrupt,
            code: "transfer.http-\(status)",
            "The server answered with status \(status), which makes no sense here.",
            remedy: "Look at the proxy in between."
        )
    }
}

/// The value of a `Content-Range` header for a satisfied request: `bytes first-last/size` (RFC 9110, section 14.4).
struct ContentRange: Sendable, Equatable {
    var first: Int64
    var last: Int64
    var size: Int64

    /// Reads the header; nil when it is absent, of another unit, open or of unknown size.
    init?(_ text: String?) {
        guard let text, text.lowercased().hasPrefix("bytes ") else { return nil }
        let parts = text.dropFirst(6).split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, let size = Int64(parts[1]), size >= 0 else { return nil }
        let ends = parts[0].split(separator: "-", omittingEmptySubsequences: false)
        guard ends.count == 2, let first = Int64(ends[0]), let last = Int64(ends[1]), first >= 0, last < size else {
            return nil
        }
        self.first = first
        self.last = last
        self.size = size
    }
}
