import Foundation
import WherryCore

/// A plain HTTP/1.1 client over a socket that sends exactly what it is told: no URL library touches the target.
package enum HTTPProbe {
    /// An answer.
    package struct Reply: Sendable {
        /// Its status.
        package var status: Int
        /// Its headers.
        package var headers: [(name: String, value: String)]
        /// Its body.
        package var body: [UInt8]

        /// The first header of a name.
        package func header(_ name: String) -> String? { headers.first { $0.name.lowercased() == name }?.value }
    }

    /// Sends one request to `http://127.0.0.1:PORT…` or `http://localhost:PORT…` and reads the answer to its end.
    package static func send(
        _ method: String,
        _ url: some StringProtocol,
        headers: [(String, String)] = [],
        body: [UInt8] = []
    ) async throws -> Reply {
        let rest = url.dropFirst("http://".count)
        let slash = rest.firstIndex(of: "/") ?? rest.endIndex
        let authority = rest[..<slash]
        guard let port = authority.split(separator: ":").last.flatMap({ UInt16($0) }) else {
            throw Failure(.usage, code: "test.url", "The URL has no port.")
        }
        var head = "\(method) \(slash == rest.endIndex ? "/" : rest[slash...]) HTTP/1.1\r\nhost: \(authority)\r\n"
        for (name, value) in headers { head += "\(name): \(value)\r\n" }
        head += "connection: close\r\ncontent-length: \(body.count)\r\n\r\n"
        let request = Array(head.utf8) + body
        let bytes = try await offThePool { try exchange(request, port: port) }
        return try reply(bytes)
    }

    private static func exchange(_ request: [UInt8], port: UInt16) throws -> [UInt8] {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        var timeout = timeval(tv_sec: 20, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &timeout, socklen_t(MemoryLayout<timeval>.size))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = in_addr_t(0x7F00_0001).bigEndian
        let isConnected = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
            }
        }
        guard isConnected else { throw Failure(.transient, code: "test.connect", "Nobody listens on \(port).") }
        var rest = request[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes {
                Foundation.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { break }
            rest = rest.dropFirst(count)
        }
        var answer: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = recv(descriptor, &chunk, chunk.count, 0)
            guard count > 0 else { return answer }
            answer += chunk[..<count]
        }
    }

    private static func reply(_ bytes: [UInt8]) throws -> Reply {
        guard let end = bytes.firstRange(of: Array("\r\n\r\n".utf8)) else {
            throw Failure(.transient, code: "test.no-answer", "The answer has no head.")
        }
        let lines = String(decoding: bytes[..<end.lowerBound], as: UTF8.self).components(separatedBy: "\r\n")
        let status = lines[0].split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0
        let headers = lines.dropFirst().map { line -> (name: String, value: String) in
            let parts = line.split(separator: ":", maxSplits: 1)
            return (String(parts[0]), parts.count > 1 ? parts[1].trimmingCharacters(in: .whitespaces) : "")
        }
        return Reply(status: status, headers: headers, body: Array(bytes[end.upperBound...]))
    }
}

/// Runs blocking work on a thread of its own, so that the tasks of server and test are not starved.
package func offThePool<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value {
    try await withCheckedThrowingContinuation { continuation in
        Thread { continuation.resume(with: Result { try body() }) }.start()
    }
}
