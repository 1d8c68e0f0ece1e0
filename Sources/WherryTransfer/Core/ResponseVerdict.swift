import WherryCore

/// What an answer's head means for the transfer.
///
/// Pure: decided without touching socket or file.
enum ResponseVerdict: Sendable, Equatable {
    /// The body is what was asked for, or its beginning: these bytes of that object; `.max` where nobody says the end.
    case accept(ObjectIdentity, Range<Int64>)
    /// The body is the whole object although a part was asked for.
    case whole(ObjectIdentity)
    /// It is another object than the one the transfer began with.
    case changed
    /// The URL is no longer good: a new one is needed.
    case refused(status: Int)
    /// A short text instead of the object: its words decide.
    case errorPage
    /// The server does not understand what a part is.
    case anomaly(Failure)
    /// No use.
    case failure(Failure)

    /// Judges the answer to a request for `asked`.
    ///
    /// - Parameters:
    ///   - asked: nil when the whole object was asked for, without naming a range; `.max` as an open end.
    ///   - pinned: the identity of the object the transfer began with; nil at the beginning.
    ///   - expectedSize: the size that the provider's API gave; nil when it gave none.
    static func judge(
        _ head: ResponseHead,
        asked: Range<Int64>?,
        pinned: ObjectIdentity?,
        expectedSize: Int64?
    ) -> ResponseVerdict {
        switch head.status {
        case 200: whole(head, asked: asked, pinned: pinned, expectedSize: expectedSize)
        case 206: part(head, asked: asked, pinned: pinned, expectedSize: expectedSize)
        case 401, 403, 404, 410: .refused(status: head.status)
        case 416: asked == nil ? .failure(Self.noSense(head.status)) : .anomaly(Self.noSense(head.status))
        case 408, 425, 429, 500...599: .failure(Self.busy(head))
        case 300...399: .failure(Self.redirect(head.status))
        default: .failure(Self.noSense(head.status))
        }
    }

    private static func whole(
        _ head: ResponseHead,
        asked: Range<Int64>?,
        pinned: ObjectIdentity?,
        expectedSize: Int64?
    ) -> ResponseVerdict {
        if let failure = encoded(head) { return .failure(failure) }
        if isText(head.contentType) { return .errorPage }
        let identity = head.identity(size: head.contentLength)
        if let expectedSize, let size = identity.size, size != expectedSize {
            return .failure(wrongSize(size, expectedSize))
        }
        if let pinned, pinned.canBeResumed, !pinned.isSameObject(as: identity) { return .changed }
        return asked == nil ? .accept(identity, 0..<(head.contentLength ?? .max)) : .whole(identity)
    }

    private static func part(
        _ head: ResponseHead,
        asked: Range<Int64>?,
        pinned: ObjectIdentity?,
        expectedSize: Int64?
    ) -> ResponseVerdict {
        if let failure = encoded(head) { return .anomaly(failure) }
        guard let range = ContentRange(head.contentRange) else {
            return .anomaly(wrongRange("a part that it does not name"))
        }
        let asked = asked ?? 0..<Int64.max
        let body = range.first..<range.last + 1
        guard body.lowerBound == asked.lowerBound, body.upperBound <= asked.upperBound else {
            return .anomaly(wrongRange("another part than the one asked for"))
        }
        guard head.contentLength.map({ $0 == body.upperBound - body.lowerBound }) ?? true else {
            return .anomaly(wrongRange("a part whose length is not the one it names"))
        }
        if let expectedSize, range.size != expectedSize { return .failure(wrongSize(range.size, expectedSize)) }
        let identity = head.identity(size: range.size)
        if let pinned, !pinned.isSameObject(as: identity) { return .changed }
        return .accept(identity, body)
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
            remedy: "A proxy in between may be broken; the file is fetched in one piece then."
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

    /// The failure that a server means which has no time.
    static func busy(_ head: ResponseHead) -> Failure {
        Failure(
            .transient,
            code: "transfer.http-\(head.status)",
            "The server answered with status \(head.status).",
            remedy: "Run again later.",
            retryAfter: RetryAfter.wait(head.retryAfter, date: head.date)
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
