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
        let connection = try LoopbackConnection(port: port)
        connection.send(request)
        var answer: [UInt8] = []
        while true {
            let more = connection.receive()
            if more.isEmpty { return answer }
            answer += more
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
