import Foundation
import Synchronization
import SystemPackage
import Testing
import WherryCore
import WherryPluginKit
import WherryTestSupport
import WherryTransfer

/// One download that outlives its URL many times, against a server that cuts it short each time.
@Suite(.timeLimit(.minutes(1)))
struct ExpiryTests {
    @Test func everyRefusalAfterProgressIsANewOne() async throws {
        try await Scratch.with { scratch in
            let bytes = Array(try #require(FileManager.default.contents(atPath: Fixtures.rdb("all-types"))))
            let server = try CuttingServer(bytes: bytes, step: bytes.count / 8 + 1)
            let lease = CountingLease(port: server.port)
            let file = ResolvedFile(
                file: BackupFile(position: 0, name: "dump.rdb", size: ByteCount(Int64(bytes.count))),
                lease: lease,
                label: "test"
            )
            let fetched = try await HTTPConnections.with { connections in
                var settings = TransferSettings()
                settings.backoff = Backoff(limit: 5, base: .milliseconds(1), cap: .milliseconds(2))
                settings.refusalPause = .milliseconds(1)
                let fetcher = FileFetcher(
                    connections: connections,
                    clock: TestClock(),
                    observer: NoObserver(),
                    settings: settings,
                    random: { 0 }
                )
                return try await fetcher.fetch(file, to: FilePath(scratch.file("dump.rdb")))
            }
            #expect(fetched.grade == .checksum)
            #expect(FileManager.default.contents(atPath: scratch.file("dump.rdb")) == Data(bytes))
            #expect(lease.renewals > 5)
            server.stop()
        }
    }
}

/// Gives URLs with a number; each is good for one answer.
private final class CountingLease: Lease {
    private let port: Int
    private let number = Mutex(0)

    init(port: Int) { self.port = port }

    var networks: NetworkChoice { NetworkChoice(preferred: .extranet, fallback: .never) }
    var renewals: Int { number.withLock { $0 } }

    func url(on network: Network) async throws -> IssuedURL { issued(renewals) }

    func renew(after old: IssuedURL, because reason: RenewalReason) async throws -> IssuedURL {
        issued(
            number.withLock {
                $0 += 1; return $0
            }
        )
    }

    private func issued(_ number: Int) -> IssuedURL {
        IssuedURL(
            id: Int64(number),
            url: SignedURL("http://127.0.0.1:\(port)/dump.rdb?\(number)"),
            network: .extranet,
            issuedAt: Timestamp(seconds: 0),
            expiresAt: Timestamp(seconds: 4_000_000_000)
        )
    }
}

private struct NoObserver: TransferObserver {
    func received(_ bytes: Int64, of label: String, total: Int64?) {}
    func attempted(_ attempt: TransferAttempt) async {}
}

/// Answers each URL once, with a part of the file, then cuts; refuses it from then on.
private final class CuttingServer: Sendable {
    let port: Int
    private let descriptor: Int32

    init(bytes: [UInt8], step: Int) throws {
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = in_addr_t(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isBound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(listener, $0, length) == 0 && listen(listener, 16) == 0 && getsockname(listener, $0, &length) == 0
            }
        }
        try #require(isBound)
        descriptor = listener
        port = Int(UInt16(bigEndian: address.sin_port))
        Thread {
            var used: Set<String> = []
            while true {
                let client = accept(listener, nil, nil)
                guard client >= 0 else { return }
                Self.answer(client, bytes, step, &used)
                close(client)
            }
        }.start()
    }

    func stop() { shutdown(descriptor, Int32(SHUT_RDWR)) }

    private static func answer(_ client: Int32, _ bytes: [UInt8], _ step: Int, _ used: inout Set<String>) {
        var buffer = [UInt8](repeating: 0, count: 8_192)
        let count = recv(client, &buffer, buffer.count, 0)
        guard count > 0 else { return }
        let lines = String(decoding: buffer[..<count], as: UTF8.self).components(separatedBy: "\r\n")
        let range = lines.first { $0.lowercased().hasPrefix("range: bytes=") }
        let start = range.flatMap { Int($0.dropFirst(13).prefix { $0 != "-" }) } ?? 0
        var answer: [UInt8]
        if used.insert(lines[0]).inserted {
            let status = start == 0 ? "200 OK" : "206 Partial Content"
            var head = "HTTP/1.1 \(status)\r\netag: \"one\"\r\ncontent-length: \(bytes.count - start)\r\n"
            if start > 0 { head += "content-range: bytes \(start)-\(bytes.count - 1)/\(bytes.count)\r\n" }
            answer = Array((head + "connection: close\r\n\r\n").utf8)
            answer += bytes[start..<min(bytes.count, start + step)]
        } else {
            answer = Array("HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\nconnection: close\r\n\r\n".utf8)
        }
        _ = send(client, answer, answer.count, Int32(MSG_NOSIGNAL))
    }
}
