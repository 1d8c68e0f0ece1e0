import Foundation

/// An object store of a test's own on ports of loopback, whose data are gone with it: SeaweedFS or moto, from
/// `.build/sdk`.
package struct ObjectStore: Sendable {
    /// The store did not answer in time.
    package struct NotReady: Error, CustomStringConvertible {
        package let description: String
    }

    /// The key pair that it knows.
    package static let accessKey = "AKwherrytest"
    /// Its secret half: marked, so that a leak can be found.
    package static let secretKey = "LEAKMARKs3secretkey"

    /// Where its API is: `http://127.0.0.1:PORT`.
    package let endpoint: String
    /// The port of its API.
    package let port: Int
    /// Where SeaweedFS's files can be read without a signature, below `/buckets/`; nil for moto.
    package let filer: String?

    /// Runs `body` with SeaweedFS, which checks signatures and digests.
    package static func withSeaweed<Value: Sendable>(
        _ body: (ObjectStore) async throws -> Value
    ) async throws -> Value {
        let ports = try (0..<8).map { _ in try FreePort.next() }
        return try await withFolder { folder in
            let identity = """
                {"identities": [{"name": "test", "actions": ["Admin", "Read", "Write", "List", "Tagging"],
                 "credentials": [{"accessKey": "\(accessKey)", "secretKey": "\(secretKey)"}]}]}
                """
            try Data(identity.utf8).write(to: URL(fileURLWithPath: folder + "/s3.json"))
            try FileManager.default.createDirectory(atPath: folder + "/data", withIntermediateDirectories: true)
            // Every bucket takes some volumes of its own; they are sparse.
            let arguments = [
                "server", "-dir=\(folder)/data", "-ip=127.0.0.1", "-ip.bind=127.0.0.1", "-master.telemetry=false",
                "-master.port=\(ports[0])", "-master.port.grpc=\(ports[1])", "-volume.port=\(ports[2])",
                "-volume.port.grpc=\(ports[3])", "-volume.max=2000", "-volume.preStopSeconds=0",
                "-master.volumeSizeLimitMB=1024", "-filer", "-filer.port=\(ports[4])", "-filer.port.grpc=\(ports[5])",
                "-filer.localSocket=\(folder)/f", "-s3", "-s3.port=\(ports[6])", "-s3.port.grpc=\(ports[7])",
                "-s3.port.iceberg=0", "-s3.port.lance=0", "-s3.iam=false", "-s3.config=\(folder)/s3.json",
                "-s3.localSocket=\(folder)/s",
            ]
            let store = ObjectStore(
                endpoint: "http://127.0.0.1:\(ports[6])",
                port: ports[6],
                filer: "http://127.0.0.1:\(ports[4])"
            )
            return try await store.running("weed", arguments, folder: folder, body)
        }
    }

    /// Runs `body` with moto, which takes everybody's word.
    package static func withMoto<Value: Sendable>(
        _ body: (ObjectStore) async throws -> Value
    ) async throws -> Value {
        let port = try FreePort.next()
        return try await withFolder { folder in
            let store = ObjectStore(endpoint: "http://127.0.0.1:\(port)", port: port, filer: nil)
            return try await store.running("moto_server", ["-H", "127.0.0.1", "-p", "\(port)"], folder: folder, body)
        }
    }

    /// The path of a program in `.build/sdk/bin`.
    package static func program(_ name: String) -> String {
        let here = URL(fileURLWithPath: #filePath)
        let root = here.deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        return root.path + "/.build/sdk/bin/" + name
    }

    private func running<Value: Sendable>(
        _ name: String,
        _ arguments: [String],
        folder: String,
        _ body: (ObjectStore) async throws -> Value
    ) async throws -> Value {
        let log = folder + "/log"
        let process = try ChildProcess(
            Self.program(name),
            arguments,
            folder: folder,
            environment: ["HOME": folder, "TMPDIR": folder, "PATH": "/usr/bin:/bin"],
            output: log,
            error: log
        )
        defer {
            process.signal(SIGKILL)
            process.wait()
        }
        // The filer comes last, and the API answers before it can store anything.
        for address in [filer.map { $0 + "/" }, endpoint + "/"].compactMap({ $0 }) {
            try await untilReady(address, process: process, log: log)
        }
        return try await body(self)
    }

    private func untilReady(_ address: String, process: ChildProcess, log: String) async throws {
        for _ in 0..<600 {
            guard process.isRunning else { break }
            if try await HTTPSocket.status("GET", address) != nil { return }
            try await Task.sleep(for: .milliseconds(100))
        }
        let said = FileManager.default.contents(atPath: log) ?? Data()
        throw NotReady(
            description: "Nothing answers at \(address): \(String(decoding: said.suffix(2_000), as: UTF8.self))"
        )
    }

    private static func withFolder<Value: Sendable>(_ body: (String) async throws -> Value) async throws -> Value {
        // The paths of its sockets have little room.
        let folder = "/tmp/wherry-o-\(UUID().uuidString.prefix(8))"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }  // the system clears what stays
        return try await body(folder)
    }
}

/// The status line of an answer, over a socket.
private enum HTTPSocket {
    static func status(_ method: String, _ address: String) async throws -> Int? {
        guard let url = URL(string: address), let port = url.port.flatMap({ UInt16(exactly: $0) }) else { return nil }
        let path = url.path.isEmpty ? "/" : url.path
        return await withCheckedContinuation { continuation in
            Thread { continuation.resume(returning: ask(method, path, port: port)) }.start()
        }
    }

    private static func ask(_ method: String, _ path: String, port: UInt16) -> Int? {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        var timeout = timeval(tv_sec: 10, tv_usec: 0)
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
        guard isConnected else { return nil }
        let request = Array("\(method) \(path) HTTP/1.1\r\nhost: 127.0.0.1\r\nconnection: close\r\n\r\n".utf8)
        guard send(descriptor, request, request.count, Int32(MSG_NOSIGNAL)) == request.count else { return nil }
        var answer = [UInt8](repeating: 0, count: 4_096)
        let count = recv(descriptor, &answer, answer.count, 0)
        guard count > 0 else { return nil }
        return String(decoding: answer.prefix(count), as: UTF8.self).split(separator: " ").dropFirst().first
            .flatMap { Int($0) }
    }
}
