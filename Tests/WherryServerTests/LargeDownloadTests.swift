import DepotSource
import Foundation
import QCloudAPI
import Testing
import WherryCatalog
import WherryCore
import WherryEngine
import WherryTestSupport

/// Downloads of files that are longer than what is handed to the system at a time.
@Suite(.timeLimit(.minutes(1)))
struct LargeDownloadTests {
    private static let size = 9 << 20

    private func withURL(_ body: @escaping @Sendable (Provider, String, [UInt8]) async throws -> Void) async throws {
        try await Scratch.with { scratch in
            // An RDB envelope around one string: header, database, key, 32-bit length, bytes, end, no checksum.
            let length = (0..<4).map { UInt8(truncatingIfNeeded: Self.size >> (24 - 8 * $0)) }
            let value = (0..<Self.size).map { UInt8(truncatingIfNeeded: ($0 &* 2_654_435_761) >> 13) }
            let bytes =
                Array("REDIS0010".utf8) + [0xFE, 0, 0, 1, 0x6B, 0x80] + length + value + [0xFF]
                + [UInt8](repeating: 0, count: 8)
            let file = try scratch.write("large.rdb", bytes)
            try await Provider.with(in: scratch) { provider in
                let backup = try await provider.depot.add([file], to: "crs-large", name: "large")
                let caller = RawCaller(provider: provider)
                try await body(provider, try await caller.urls("crs-large", backup.id.rawValue).extranet, bytes)
            }
        }
    }

    @Test("Whole files and parts are exact, many at once")
    func servesExactBytes() async throws {
        try await withURL { _, url, bytes in
            let wholes = try await Concurrently.map(Array(0..<12), width: 6) { _ in
                try await HTTPProbe.send("GET", url)
            }
            for whole in wholes {
                #expect(whole.status == 200)
                let count = whole.body.count
                #expect(count == bytes.count)
                let isSame = whole.body == bytes
                #expect(isSame, "the first difference is at \(difference(whole.body, bytes) ?? -1)")
            }
            #expect(wholes.allSatisfy { $0.header("x-wherry-file-body") == nil })
            for range in [0..<300_000, 5_000_000..<8_000_000, 2_097_152..<4_194_304, 9_000_000..<bytes.count] {
                let header = [("range", "bytes=\(range.lowerBound)-\(range.upperBound - 1)")]
                let part = try await HTTPProbe.send("GET", url, headers: header)
                #expect(part.status == 206)
                #expect(part.body == Array(bytes[range]))
            }
            let head = try await HTTPProbe.send("HEAD", url)
            #expect(head.header("content-length") == String(bytes.count))
            #expect(head.header("x-wherry-file-body") == nil)
        }
    }

    private func difference(_ left: [UInt8], _ right: [UInt8]) -> Int? {
        zip(left, right).enumerated().first { $1.0 != $1.1 }?.offset
    }

    @Test("Clients that leave in the middle leave nothing open")
    func survivesClientsThatLeave() async throws {
        try await withURL { provider, url, bytes in
            let before = try openFiles()
            for _ in 0..<40 { try await offThePool { try leaveEarly(url, port: UInt16(provider.port)) } }
            #expect(try await HTTPProbe.send("GET", url).body == bytes)
            var after = try openFiles()
            for _ in 0..<100 where after > before + 3 {
                try await Task.sleep(for: .milliseconds(50))
                after = try openFiles()
            }
            #expect(after <= before + 3)
        }
    }

    /// How many files of the large backup this process has open.
    private func openFiles() throws -> Int {
        try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").filter { name in
            (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/fd/\(name)"))?
                .contains("crs-large") ?? false
        }.count
    }

    /// Sends a request, reads a little of the answer, and closes the connection.
    private func leaveEarly(_ url: String, port: UInt16) throws {
        let connection = try LoopbackConnection(port: port)
        let target = url.dropFirst("http://localhost:\(port)".count)
        let request = Array("GET \(target) HTTP/1.1\r\nhost: localhost:\(port)\r\n\r\n".utf8)
        #expect(connection.send(request) == request.count)
        #expect(!connection.receive(upTo: 100_000).isEmpty)
    }
}
