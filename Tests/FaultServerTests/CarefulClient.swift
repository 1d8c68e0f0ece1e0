import Foundation
import WherryTestSupport

/// The simplest right client: one connection, fresh links, nothing trusted, the digest known.
struct CarefulClient {
    let server: FaultServer
    /// Stands for the digest that the provider told.
    let right: [UInt8]

    private var bytes: [UInt8] = []
    private var tag: String?

    init(_ server: FaultServer) {
        self.server = server
        right = server.object.bytes(in: 0..<server.object.size)
    }

    /// True when it ended with the exact bytes, false when it gave up.
    mutating func fetch() async throws -> Bool {
        var failures = 0
        var best = 0
        while failures < 10 {
            let before = best
            try await attempt(server.issue(), hops: 3)
            best = max(best, bytes.count)
            if bytes == right { return true }
            if bytes.count == right.count {
                bytes = []
                best = 0
                failures += 3
            } else if best < before + right.count / 1000 {
                failures += 1
                // A range may be what the server cannot do.
                if failures.isMultiple(of: 3) { bytes = [] }
            }
        }
        return false
    }

    private mutating func attempt(_ link: String, hops: Int) async throws {
        let range = bytes.isEmpty ? [] : ["Range: bytes=\(bytes.count)-"]
        let wire = try await Wire.get(link, ["Connection: close"] + range, patience: .milliseconds(1200))
        guard let answer = Answer(wire.bytes), answer.field("content-encoding") == nil else { return }
        switch answer.status {
        case 302:
            guard hops > 0, let location = answer.field("location"),
                let base = URL(string: link), let next = URL(string: location, relativeTo: base),
                next.scheme == "http", next.port != 1
            else { return }
            try await attempt(next.absoluteString, hops: hops - 1)
        case 200:
            guard answer.field("content-type") == "application/octet-stream",
                answer.field("content-length").map({ $0 == "\(right.count)" }) ?? true
            else { return }
            tag = answer.field("etag")
            bytes = Array(answer.body.prefix(right.count))
        case 206:
            guard answer.field("content-type") == "application/octet-stream", let range = answer.contentRange,
                range.start == bytes.count, range.total == right.count
            else { return }
            if answer.field("etag") != tag, !bytes.isEmpty {
                bytes = []
                return
            }
            tag = answer.field("etag")
            bytes += answer.body.prefix(right.count - bytes.count)
        default:
            return
        }
    }
}
