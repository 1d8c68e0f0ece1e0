import Foundation
import Testing
import WherryTestSupport

/// A server that answers whatever comes, and goes on.
@Suite(.timeLimit(.minutes(10)))
struct ServeFuzzTests {
    @Test("Random and damaged requests leave it up, answering, and no larger")
    func survivesNonsense() async throws {
        let environment = ProcessInfo.processInfo.environment
        let count = environment["WHERRY_FUZZ_REQUESTS"].flatMap { Int($0) } ?? 4_000
        let seed = environment["WHERRY_SEED"].flatMap { UInt64($0) } ?? .random(in: 1...999_999)
        try await Scratch.with { scratch in
            let home = try await ServeHome(in: scratch, backups: 1)
            let backup = try #require(try await home.backups().first)
            let server = try await ServerProcess.start(home.program, port: home.port)
            let url = try await home.url(backup.instance, backup.backup)
            try await send(count / 4, seed: seed, home, url)
            let before = try server.residentBytes()
            try await send(count * 3 / 4, seed: seed + 1_000_000, home, url)
            let after = try server.residentBytes()
            print("serve fuzz: \(count) requests, seed \(seed), \(before >> 20) MiB then \(after >> 20) MiB")
            #expect(after < before + (16 << 20), "seed \(seed)")
            #expect(try await HTTPProbe.send("GET", "http://127.0.0.1:\(home.port)/readyz").status == 200)
            #expect(try await HTTPProbe.send("GET", try await home.url(backup.instance, backup.backup)).status == 200)
            #expect(try await server.stop() == 0, "seed \(seed)")
            #expect(!server.log.contains("Fatal error"))
        }
    }

    private func send(_ count: Int, seed: UInt64, _ home: ServeHome, _ url: String) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for worker in 0..<4 {
                group.addTask {
                    var fuzzer = RequestFuzzer(seed: seed &+ UInt64(worker) &* 7_919, home: home, url: url)
                    for _ in 0..<count / 4 {
                        let request = fuzzer.next()
                        try await offThePool { try RequestFuzzer.exchange(request, port: UInt16(home.port)) }
                    }
                }
            }
            try await group.waitForAll()
        }
    }
}

/// Makes requests that are almost right, and some that are not at all.
struct RequestFuzzer {
    private var random: SeededRandom
    private let templates: [[UInt8]]

    init(seed: UInt64, home: ServeHome, url: String) {
        random = SeededRandom(seed: seed)
        let host = "127.0.0.1:\(home.port)"
        let target = url.dropFirst("http://\(host)".count)
        func post(_ path: String, _ headers: String, _ body: String) -> [UInt8] {
            Array(
                "POST \(path) HTTP/1.1\r\nhost: \(host)\r\n\(headers)content-length: \(body.utf8.count)\r\n\r\n\(body)"
                    .utf8
            )
        }
        let signed = home.signed("DescribeRedis", ["limit": "5", "offset": "0"])
        let tc3 = """
            authorization: TC3-HMAC-SHA256 Credential=AKID/2026-01-01/redis/tc3_request, SignedHeaders=content-type;host, \
            Signature=00\r\nx-tc-action: DescribeInstances\r\nx-tc-version: 2018-04-12\r\nx-tc-timestamp: 1700000000\r\n\
            content-type: application/json\r\n
            """
        templates = [
            Array("GET \(target) HTTP/1.1\r\nhost: \(host)\r\nrange: bytes=5-99\r\n\r\n".utf8),
            Array("HEAD \(target) HTTP/1.1\r\nhost: \(host)\r\nif-range: \"x\"\r\n\r\n".utf8),
            Array("GET /v2/index.php?\(signed) HTTP/1.1\r\nhost: \(host)\r\n\r\n".utf8),
            Array("GET /healthz HTTP/1.1\r\nhost: \(host)\r\n\r\n".utf8),
            post("/v2/index.php", "", signed),
            post("/", tc3, #"{"Limit":5,"Offset":0,"InstanceId":"orders-0"}"#),
            Array("POST / HTTP/1.1\r\nhost: \(host)\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n".utf8),
        ]
    }

    /// The next one.
    mutating func next() -> [UInt8] {
        if random.next() % 16 == 0 { return noise() }
        var request = templates[Int(random.next() % UInt64(templates.count))]
        for _ in 0..<1 + random.next() % 6 where !request.isEmpty {
            let place = Int(random.next() % UInt64(request.count))
            switch random.next() % 5 {
            case 0: request[place] = byte()
            case 1: request[place] ^= 1 << UInt8(random.next() % 8)
            case 2: request.remove(at: place)
            case 3:
                request.insert(
                    contentsOf: [UInt8](repeating: request[place], count: Int(random.next() % 90)),
                    at: place
                )
            default: request.removeLast(Int(random.next() % UInt64(request.count - place)))
            }
        }
        return request
    }

    private mutating func noise() -> [UInt8] {
        var noise: [UInt8] = []
        for _ in 0..<random.next() % 600 { noise.append(byte()) }
        return noise
    }

    private mutating func byte() -> UInt8 { UInt8(truncatingIfNeeded: random.next()) }

    /// Sends one, says that no more comes, and reads whatever is answered, for two seconds at most.
    static func exchange(_ request: [UInt8], port: UInt16) throws {
        let connection = try LoopbackConnection(port: port, patience: 2)
        connection.send(request)
        connection.endSending()
        while !connection.receive().isEmpty {}
    }
}
