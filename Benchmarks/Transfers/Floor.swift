import Foundation

/// What no client can be much faster than with plain calls: 1 MiB reads from a socket, written into a file that has
/// its blocks already; nothing verified, nothing durable.
enum Floor {
    /// Fetches one file of the bench's server.
    static func measure(_ bench: Bench, name: String, bytes: Int) throws -> Cost {
        try? FileManager.default.removeItem(atPath: "\(bench.output)/object")
        Glibc.sync()
        let before = usage
        let started = ContinuousClock.now
        try fetch(name, port: bench.nginx.port, into: "\(bench.output)/object", bytes: bytes)
        var cost = Cost()
        cost.wall = started.duration(to: .now)
        let after = usage
        cost.cpu = Cost(wall: .zero, usage: after).cpu - Cost(wall: .zero, usage: before).cpu
        try? FileManager.default.removeItem(atPath: "\(bench.output)/object")
        return cost
    }

    private static func fetch(_ name: String, port: UInt16, into path: String, bytes: Int) throws {
        let socket = try Socket.connect(port)
        defer { close(socket) }
        let file = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
        guard file >= 0, posix_fallocate(file, 0, bytes) == 0 else { throw TrialError(call: path) }
        defer { close(file) }
        let request = "GET /\(name) HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n"
        guard send(socket, request, request.utf8.count, Int32(MSG_NOSIGNAL)) == request.utf8.count else {
            throw TrialError(call: "send")
        }
        try withUnsafeTemporaryAllocation(byteCount: 1 << 20, alignment: 4096) { buffer in
            var total = 0
            var isHead = true
            while total < bytes {
                let count = recv(socket, buffer.baseAddress, buffer.count, isHead ? 0 : Int32(MSG_WAITALL))
                guard count > 0 else { throw TrialError("The server ended after \(total) of \(bytes) bytes.") }
                var body = UnsafeRawBufferPointer(rebasing: buffer[..<count])
                if isHead {
                    // nginx sends the head in one piece.
                    guard let start = end(ofHead: body) else { throw TrialError("The head of the response is cut.") }
                    body = UnsafeRawBufferPointer(rebasing: body[start...])
                    isHead = false
                }
                guard write(file, body.baseAddress, body.count) == body.count else { throw TrialError(call: "write") }
                total += body.count
            }
        }
    }

    /// Where the body begins.
    private static func end(ofHead bytes: UnsafeRawBufferPointer) -> Int? {
        (4...max(4, min(bytes.count, 4096))).first { index in
            index <= bytes.count && bytes[(index - 4)..<index].elementsEqual("\r\n\r\n".utf8)
        }
    }

    private static var usage: rusage {
        var usage = rusage()
        getrusage(RUSAGE_SELF.rawValue, &usage)
        return usage
    }
}
