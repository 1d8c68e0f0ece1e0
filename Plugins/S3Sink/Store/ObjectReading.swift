import Synchronization
import WherryCore
import WherryPluginKit

/// Reads one object from its first byte to its last, over as many connections as it takes.
///
/// What was cut is gone on with by `Range` and `If-Match`: never with bytes of another object under the same key.
final class ObjectReading: Sendable {
    /// How far it is, and what must stay the same.
    private struct Place {
        var offset: Int64 = 0
        var total: Int64?
        /// The object's strong ETag; nil when the store names none, and then nothing can be gone on with.
        var tag: String?
    }

    /// How much must come over a connection for its end not to count against the object, in bytes.
    private static let progress: Int64 = 64 << 10

    private let client: StoreClient
    private let key: String
    private let place = Mutex(Place())
    /// What the receiver threw: never the store's, whatever it looks like.
    private let refusal = Mutex<(any Error)?>(nil)

    init(_ key: String, of client: StoreClient) {
        self.client = client
        self.key = key
    }

    private var location: String { client.address.location(key) }

    /// Passes all bytes on.
    ///
    /// - Throws: ``Failure``: `sink.copy-gone`, `s3.changed` when it was replaced meanwhile, `s3.cut` when it broke off
    ///   and cannot be gone on with, and what the store says; what `receive` threw, at once and as it is.
    func read(to receive: @escaping @Sendable ([UInt8]) async throws -> Void) async throws {
        var pause = RetryPause(tries: client.tries)
        while true {
            let start = place.withLock { $0 }
            do {
                try await goOn(from: start, receive)
                return
            } catch {
                if let refused = refusal.withLock({ $0 }) { throw refused }
                guard let failure = error as? Failure else { throw error }
                if failure.code == "s3.no-object" { throw Failure.copyGone(location) }
                guard failure.failureClass.isRetryable else { throw failure }
                let end = place.withLock { $0 }
                // A connection that breaks behind the last byte has brought all of them.
                if end.offset == end.total { return }
                guard end.offset == 0 || end.tag != nil else { throw cut(at: end) }
                // Whoever gets on is patient; a few bytes are no getting on.
                if end.offset - start.offset >= Self.progress { pause = RetryPause(tries: client.tries) }
                guard let wait = pause.next(after: failure, random: client.random()) else { throw failure }
                try await Task.sleep(for: wait)
            }
        }
    }

    private func goOn(
        from start: Place,
        _ receive: @escaping @Sendable ([UInt8]) async throws -> Void
    ) async throws {
        var call = StoreCall(method: "GET", key: key, doing: "reading \(location)")
        if start.offset > 0, let tag = start.tag {
            call.headers = [("range", "bytes=\(start.offset)-"), ("if-match", tag)]
        }
        try await client.receive(call) { [self] head in
            try begin(head, from: start)
        } to: { [self] bytes in
            do {
                try await receive(bytes)
            } catch {
                refusal.withLock { $0 = error }
                throw error
            }
            place.withLock { $0.offset += Int64(bytes.count) }
        }
        let end = place.withLock { $0 }
        guard let total = end.total, end.offset != total else { return }
        throw Failure(
            .transient,
            code: "s3.unreachable",
            "\(client.address.host) sent \(end.offset) of the \(total) bytes of \(location).",
            remedy: "Run again later."
        )
    }

    /// Looks at an answer before its first byte is passed on.
    private func begin(_ head: HTTPExchangeResponse, from start: Place) throws {
        if head.status == 412 { throw changed() }
        guard (200..<300).contains(head.status) else { return }
        guard start.offset > 0 else {
            guard head.status == 200 else { throw unreadable() }
            let total = head.header("content-length").flatMap { Int64($0) }
            place.withLock { $0 = Place(total: total, tag: Self.strongTag(of: head)) }
            return
        }
        // `bytes FIRST-LAST/TOTAL`, RFC 9110 section 14.4.
        let range = head.header("content-range")?.split { " -/".contains($0) } ?? []
        guard head.status == 206, range.count == 4, Int64(range[1]) == start.offset else { throw unreadable() }
        if let total = start.total, Int64(range[3]) != total { throw changed() }
        if Self.strongTag(of: head) != start.tag { throw changed() }
    }

    /// The ETag that vouches for every byte; a weak one does not, and `If-Match` never fits it (RFC 9110, section 13.1.1).
    private static func strongTag(of head: HTTPExchangeResponse) -> String? {
        head.header("etag").flatMap { $0.isEmpty || $0.hasPrefix("W/") ? nil : $0 }
    }

    private func cut(at end: Place) -> Failure {
        let total = end.total.map { " of the \($0)" } ?? ""
        return Failure(
            .transient,
            code: "s3.cut",
            "\(client.address.host) sent \(end.offset)\(total) bytes of \(location) and broke off. "
                + "The rest cannot be asked for: the object has no strong ETag.",
            remedy: "Run again; if it stays so, look at proxies in between: they may cut connections, or weaken ETags."
        )
    }

    private func unreadable() -> Failure { StoreFailure.unreadable("reading \(location)", host: client.address.host) }

    private func changed() -> Failure {
        Failure(
            .conflict,
            code: "s3.changed",
            "\(location) was replaced while it was read.",
            remedy: "Run again when nothing is delivered to this sink."
        )
    }
}
