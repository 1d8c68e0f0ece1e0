import Testing
import WherryCore
import WherryPluginKit
import WherryTestSupport
import WherryTransfer

@testable import S3Sink

/// Downloads from a real server that goes wrong, straight into a store.
@Suite(.seaweed, .serialized, .timeLimit(.minutes(5)))
struct ExpiryTests {
    private func fetcher(_ home: StoreHome) -> FileFetcher {
        var settings = TransferSettings()
        settings.refusalPause = .milliseconds(100)
        return FileFetcher(
            connections: home.connections,
            clock: home.clock,
            observer: QuietObserver(),
            settings: settings,
            random: { .random(in: .min ... .max) }
        )
    }

    @Test func urlsThatExpireInMidStreamAreNotSeen() async throws {
        let object = FaultObject(seed: 4, size: 17 << 20)
        var behavior = FaultCorpus.plain
        behavior.allowance = { _, _ in 4 << 20 }
        try await FaultServer.with(behavior, object: object) { server in
            try await StoreHome.with { home in
                let lease = LinkLease(server)
                let sink = try await home.sink()
                let receipt = try await sink.deliver(
                    .test(sizes: [object.size], lease: lease),
                    using: fetcher(home)
                )
                #expect(lease.issues >= 4)
                let isSame = try await home.read(receipt.artifacts[0].location) == object.bytes(in: 0..<object.size)
                #expect(isSame)
                #expect(try await home.unfinished() == 0)
            }
        }
    }

    @Test func aWrongDigestLeavesNothing() async throws {
        let object = FaultObject(seed: 5, size: 11 << 20)
        try await FaultServer.with(FaultCorpus.plain, object: object) { server in
            try await StoreHome.with { home in
                var backup = ResolvedBackup.test(sizes: [object.size], lease: LinkLease(server))
                backup.files[0].file.sha256 = SHA256Digest(hex: String(repeating: "0", count: 64))
                let sink = try await home.sink()
                let failure = await #expect(throws: Failure.self) {
                    _ = try await sink.deliver(backup, using: fetcher(home))
                }
                #expect(failure?.code == "transfer.wrong-digest")
                #expect(try await home.keys().isEmpty)
                #expect(try await home.unfinished() == 0)
            }
        }
    }
}

private struct QuietObserver: TransferObserver {
    func received(_ bytes: Int64, of label: String, total: Int64?) {}
    func attempted(_ attempt: TransferAttempt) async {}
}
