import Synchronization
import TestProcesses
import Testing
import WherryCore
import WherryPluginKit
import WherryTestSupport

@testable import S3Sink

/// The sink with a store that checks signatures, digests and the least size of parts.
@Suite(.seaweed, .serialized, .timeLimit(.minutes(10)))
struct SeaweedTests {
    static let key = "p/crs-1/19700101T000000Z-b-1/crs-1-19700101T000000Z-shard0.rdb"

    @Test(arguments: [0, 1, 5 << 20, (5 << 20) + 1, (16 << 20) + 7])
    func whatArrivesIsWhatWasSent(size: Int) async throws {
        try await StoreHome.with { home in
            let bytes = MemoryTransfer.random(size, seed: UInt64(size))
            let sink = try await home.sink()
            let receipt = try await sink.deliver(.test(sizes: [Int64(size)]), using: MemoryTransfer(bytes: bytes))
            let artifact = try #require(receipt.artifacts.first)
            #expect(artifact.location == "s3://\(home.bucket)/\(Self.key)")
            #expect(artifact.size == ByteCount(Int64(size)))
            let isSame = try await home.read(artifact.location) == bytes
            #expect(isSame)
            #expect(try await sink.presence(of: receipt) == .present)
            #expect(try await home.unfinished() == 0)
            #expect(try await home.notes.notes(under: "").isEmpty)
            try await sink.remove(receipt)
            try await sink.remove(receipt)
            #expect(try await sink.presence(of: receipt) == .absent)
        }
    }

    @Test func aSecondDeliveryEndsTheSame() async throws {
        try await StoreHome.with { home in
            let bytes = MemoryTransfer.random(12 << 20, seed: 9)
            let sink = try await home.sink()
            for size in [Int64(bytes.count), nil] {
                let receipt = try await sink.deliver(.test(sizes: [size]), using: MemoryTransfer(bytes: bytes))
                let isSame = try await home.read(receipt.artifacts[0].location) == bytes
                #expect(isSame)
            }
            #expect(try await home.keys() == [Self.key])
        }
    }

    @Test func oddNamesAreKeysLikeOthers() async throws {
        try await StoreHome.with { home in
            let sink = try await home.sink(["path": .text("{instance}/ü +%/{backup}/x{shard}&=?#")])
            let receipt = try await sink.deliver(
                .test("b/1 ö", sizes: [10, 6 << 20]),
                using: MemoryTransfer(bytes: MemoryTransfer.random(6 << 20, seed: 2))
            )
            for artifact in receipt.artifacts {
                #expect(try await home.read(artifact.location)?.count == 6 << 20)
            }
            #expect(try await sink.presence(of: receipt) == .present)
        }
    }

    @Test(arguments: [3 << 20, 12 << 20])
    func whatFailsAtItsLastByteNeverAppears(size: Int) async throws {
        try await StoreHome.with { home in
            let broken = Failure(.corrupt, code: "transfer.rdb-damaged", "Damaged.")
            let transfer = MemoryTransfer(bytes: MemoryTransfer.random(size, seed: 3), failure: broken)
            let sink = try await home.sink()
            let failure = await #expect(throws: Failure.self) {
                _ = try await sink.deliver(.test(sizes: [Int64(size)]), using: transfer)
            }
            #expect(failure == broken)
            #expect(try await home.keys().isEmpty)
            #expect(try await home.unfinished() == 0)
            #expect(try await home.notes.notes(under: "").isEmpty)
        }
    }

    @Test func aFailureOfTheStoreEndsTheDownload() async throws {
        try await StoreHome.with { home in
            let taken = Mutex(0)
            let http = FailingTransport(home.http)
            let sink = try await home.sink(http: http)
            var transfer = MemoryTransfer(bytes: MemoryTransfer.random(60 << 20, seed: 4))
            transfer.onPiece = { count in taken.withLock { $0 += count } }
            let failure = await #expect(throws: Failure.self) {
                _ = try await sink.deliver(.test(sizes: [60 << 20]), using: transfer)
            }
            #expect(failure?.code == "s3.bad-key")
            #expect(taken.withLock { $0 } < 60 << 20)
            #expect(try await sink.sweep(untouchedFor: .zero).count == 1)
            #expect(try await home.unfinished() == 0)
        }
    }

    @Test func aWrongKeyIsToldApart() async throws {
        try await StoreHome.with { home in
            #expect(try await home.sink().check().map(\.level) == [.ok])
            let wrong = try await home.sink(["secret_key": .secret(Secret("CANARYwrong"))])
            let failure = await #expect(throws: Failure.self) { _ = try await wrong.check() }
            #expect(failure?.code == "s3.bad-key")
            #expect(failure.map { "\($0) \($0.remedy ?? "")" }?.contains("CANARY") == false)
            let elsewhere = try await home.sink(["bucket": .text("none-such")])
            let missing = await #expect(throws: Failure.self) { _ = try await elsewhere.check() }
            #expect(missing?.code == "s3.no-bucket")
        }
    }

    @Test func manyDeliveriesShareThePermits() async throws {
        try await StoreHome.with { home in
            let sink = try await home.sink(["parallel": .integer(1)])
            let bytes = MemoryTransfer.random(11 << 20, seed: 5)
            try await withThrowingTaskGroup(of: Bool.self) { group in
                for number in 0..<4 {
                    group.addTask {
                        let backup = ResolvedBackup.test(Backup.ID(rawValue: "b-\(number)"), sizes: [nil])
                        let receipt = try await sink.deliver(backup, using: MemoryTransfer(bytes: bytes))
                        return try await home.read(receipt.artifacts[0].location) == bytes
                    }
                }
                for try await isSame in group { #expect(isSame) }
            }
            #expect(try await home.unfinished() == 0)
        }
    }

    @Test func locksHold() async throws {
        try await StoreHome.with(lock: true) { home in
            let sink = try await home.sink(["lock_mode": .text("compliance"), "lock_for": .duration(.seconds(86_400))])
            for size in [10, 11 << 20] {
                let bytes = MemoryTransfer.random(size, seed: 6)
                let receipt = try await sink.deliver(.test(sizes: [nil]), using: MemoryTransfer(bytes: bytes))
                let client = try await home.client()
                let key = try #require(client.address.key(of: receipt.artifacts[0].location))
                let head = try await client.repeating(StoreCall(method: "HEAD", key: key, doing: "looking"))
                #expect(head.header("x-amz-object-lock-mode") == "COMPLIANCE")
                let until = head.header("x-amz-object-lock-retain-until-date") ?? ""
                #expect(until.hasPrefix((home.clock.now + .seconds(86_400)).description.prefix(10)))
                let version = try #require(head.header("x-amz-version-id"))
                let removal = StoreCall(method: "DELETE", key: key, query: [("versionId", version)], doing: "removing")
                let failure = await #expect(throws: Failure.self) { _ = try await client.send(removal) }
                #expect(failure?.code == "s3.access-denied")
            }
        }
    }
}

/// Refuses every third part.
private final class FailingTransport: HTTPTransport {
    private let http: any HTTPTransport

    init(_ http: any HTTPTransport) { self.http = http }

    func send(_ request: HTTPExchangeRequest) async throws -> HTTPExchangeResponse {
        guard !request.url.contains("partNumber=3") else {
            let body = "<Error><Code>InvalidAccessKeyId</Code></Error>"
            return HTTPExchangeResponse(status: 403, body: Array(body.utf8))
        }
        return try await http.send(request)
    }
}
