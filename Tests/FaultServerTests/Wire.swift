import Foundation
import Glibc

/// One exchange on a raw socket: what came, and how it ended.
struct Wire: Sendable {
    enum Ending: Sendable {
        case fin
        case rst
        case silence
    }

    var bytes: [UInt8] = []
    var ending = Ending.silence

    /// The status line.
    var statusLine: String { text.components(separatedBy: "\r\n")[0] }

    /// All of it as text.
    var text: String { String(decoding: bytes, as: UTF8.self) }

    /// Sends a `GET` with these fields and reads until the end, or for at most `patience`.
    static func get(
        _ link: String,
        _ fields: [String] = ["Connection: close"],
        patience: Duration = .milliseconds(1000)
    ) async throws -> Wire {
        guard let url = URL(string: link), let port = url.port else { throw WireError(message: "no link: \(link)") }
        let target = url.path() + (url.query().map { "?\($0)" } ?? "")
        let lines = ["GET \(target) HTTP/1.1", "Host: 127.0.0.1:\(port)"] + fields + ["", ""]
        return try await exchange(UInt16(port), lines.joined(separator: "\r\n"), patience: patience)
    }

    /// Sends `request` as it is.
    static func exchange(_ port: UInt16, _ request: String, patience: Duration) async throws -> Wire {
        try await withCheckedThrowingContinuation { continuation in
            let thread = Thread {
                continuation.resume(with: Result { try blocking(port, request, patience: patience) })
            }
            thread.start()
        }
    }

    private static func blocking(_ port: UInt16, _ request: String, patience: Duration) throws -> Wire {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        guard descriptor >= 0 else { throw WireError(message: "no socket") }
        defer { _ = close(descriptor) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        address.sin_port = port.bigEndian
        let connected = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard connected == 0 else { throw WireError(message: "nobody listens on \(port)") }
        let bytes = Array(request.utf8)
        guard send(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL)) == bytes.count else {
            throw WireError(message: "nothing sent")
        }
        return read(descriptor, patience)
    }

    private static func read(_ descriptor: Int32, _ patience: Duration) -> Wire {
        var wire = Wire()
        var buffer = [UInt8](repeating: 0, count: 64 << 10)
        let end = ContinuousClock.now + patience
        while true {
            let left = ContinuousClock.now.duration(to: end) / .milliseconds(1)
            var entry = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
            guard left > 0, poll(&entry, 1, Int32(left)) > 0 else { return wire }
            let count = recv(descriptor, &buffer, buffer.count, 0)
            if count <= 0 {
                wire.ending = count == 0 ? .fin : .rst
                return wire
            }
            wire.bytes += buffer[..<count]
        }
    }
}

/// A test's own network failed.
struct WireError: Error {
    let message: String
}
