import Foundation
import TestProcesses
import Testing
import WherryTestSupport

@Suite(.timeLimit(.minutes(1)))
struct FaultServerTests {
    private func plain() throws -> FaultBehavior { try #require(FaultCorpus.named("plain")) }

    @Test
    func objectIsTheSameInPieces() {
        let object = FaultObject(seed: 5, size: 10_007)
        let whole = object.bytes(in: 0..<10_007)
        let parts = stride(from: Int64(0), to: 10_007, by: 611).flatMap { object.bytes(in: $0..<min($0 + 611, 10_007)) }
        #expect(whole == parts)
        #expect(whole != object.replaced().bytes(in: 0..<10_007))
        #expect(object.etag != object.replaced().etag)
        #expect(FaultObject(seed: 5, size: 1 << 40).bytes(in: 0..<10_007) == whole)
        #expect(FaultObject(bytes: whole).bytes(in: 9_000..<9_003) == Array(whole[9_000..<9_003]))
    }

    @Test
    func linkEndsAfterItsRequestsOrItsTime() async throws {
        try await FaultServer.with(plain(), object: FaultObject(size: 10)) { server in
            let counted = server.issue(requests: 1)
            #expect(try await Wire.get(counted).statusLine == "HTTP/1.1 200 OK")
            #expect(try await Wire.get(counted).statusLine == "HTTP/1.1 403 Forbidden")
            #expect(try await Wire.get(server.issue(life: .zero)).statusLine == "HTTP/1.1 403 Forbidden")
            #expect(try await Wire.get(counted + "x").statusLine == "HTTP/1.1 403 Forbidden")
            #expect(server.records.map(\.generation) == [1, 1, 2, nil])
            let renewed = try #require(Answer(try await Wire.get(server.renewalAddress).bytes))
            let link = String(decoding: renewed.body, as: UTF8.self).trimmingCharacters(in: .newlines)
            #expect(try await Wire.get(link).statusLine == "HTTP/1.1 200 OK")
        }
    }

    @Test
    func keepsAConnectionAndItsClock() async throws {
        try await FaultServer.with(plain(), object: FaultObject(size: 10)) { server in
            server.clockOffset = .seconds(86_400 * 3650)
            let link = server.issue()
            let target = link.dropFirst("http://127.0.0.1:\(server.port)".count)
            let request = "GET \(target) HTTP/1.1\r\nHost: x\r\n"
            let both = request + "Range: bytes=2-3\r\n\r\n" + request + "Connection: close\r\n\r\n"
            let wire = try await Wire.exchange(server.port, both, patience: .seconds(2))
            #expect(wire.ending == .fin)
            #expect(server.records.connections == 1)
            #expect(server.records.map(\.status) == [206, 200])
            #expect(server.records.map(\.range) == ["bytes=2-3", nil])
            #expect(server.records.bodyBytes == 12)
            #expect(server.records.distinctBytes == 10)
            let year = Calendar(identifier: .gregorian).component(.year, from: .now)
            #expect(!wire.text.contains(" \(year) ") || !wire.text.contains("Date: "))
        }
    }

    @Test
    func ratesHold() async throws {
        let settings = FaultSettings(connectionRate: 400_000, totalRate: 600_000)
        let object = FaultObject(size: 200_000)
        let behavior = try plain()
        let took = try await ContinuousClock().measure {
            try await FaultServer.with(behavior, object: object, settings: settings) { server in
                async let first = Wire.get(server.issue(), patience: .seconds(5))
                async let second = Wire.get(server.issue(), patience: .seconds(5))
                let endings = try await [first.ending, second.ending]
                #expect(endings == [.fin, .fin])
                #expect(server.records.bodyBytes == 400_000)
            }
        }
        #expect(took > .milliseconds(550))
    }

    @Test
    func stopEndsAStalledClient() async throws {
        let server = try FaultServer(
            try #require(FaultCorpus.named("stall-middle-once")),
            object: FaultObject(size: 1 << 20)
        )
        server.start()
        async let wire = Wire.get(server.issue(), patience: .seconds(30))
        while server.records.isEmpty { await Task.yield() }
        await server.stop()
        let ending = try await wire.ending
        #expect(ending != .silence)
        #expect(server.threadCount == 0)
        #expect(server.socketCount == 0)
    }

    @Test(arguments: [
        ["/usr/bin/curl", "-sS", "-o"], ["/usr/bin/aria2c", "-x4", "-s4", "-k1M", "-q", "-d", "/", "-o"],
    ])
    func toolsGetTheExactBytes(_ command: [String]) async throws {
        guard FileManager.default.isExecutableFile(atPath: command[0]) else { return }
        let file = FileManager.default.temporaryDirectory.appending(path: "faults-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: file) }
        let object = FaultObject(size: 5_000_001)
        try await FaultServer.with(plain(), object: object) { server in
            let process = try ChildProcess(command[0], command.dropFirst() + [file.path(), server.issue()])
            #expect(process.wait() == 0)
            let bytes = try Data(contentsOf: file)
            #expect(bytes.elementsEqual(object.bytes(in: 0..<object.size)))
            #expect(server.records.distinctBytes == object.size)
        }
    }
}
