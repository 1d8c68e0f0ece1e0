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
        var tag: String?
    }

    /// How much must come over a connection for its end not to count against the object, in bytes.
    private static let progress: Int64 = 64 << 10

    private let client: StoreClient
    private let key: String
    private let place = Mutex(Place())

    init(_ key: String, of client: StoreClient) {
        self.client = client
        self.key = key
    }

    private var location: String { client.address.location(key) }

    /// Passes all bytes on.
    ///
    /// - Throws: ``Failure``: `sink.copy-gone`, `s3.changed` when it was replaced meanwhile, and what the store says.
    func read(to receive: @escaping @Sendable ([UInt8]) async throws -> Void) async throws {
        var pause = RetryPause(tries: client.tries)
        while true {
            let start = place.withLock { $0 }
            do {
                try await goOn(from: start, receive)
                return
            } catch let failure as Failure {
                if failure.code == "s3.no-object" { throw Failure.copyGone(location) }
                let end = place.withLock { $0 }
                // Whoever gets on is patient; a few bytes are no getting on.
                if end.offset - start.offset >= Self.progress { pause = RetryPause(tries: client.tries) }
                let canGoOn = end.offset == 0 || end.tag != nil
                guard canGoOn, let wait = pause.next(after: failure, random: client.random()) else { throw failure }
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
            try await receive(bytes)
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
            place.withLock { $0 = Place(total: total, tag: head.header("etag")) }
            return
        }
        // `bytes FIRST-LAST/TOTAL`, RFC 9110 section 14.4.
        let range = head.header("content-range")?.split { " -/".contains($0) } ?? []
        guard head.status == 206, range.count == 4, Int64(range[1]) == start.offset else { throw unreadable() }
        if let total = start.total, Int64(range[3]) != total { throw changed() }
        if head.header("etag") != start.tag { throw changed() }
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
