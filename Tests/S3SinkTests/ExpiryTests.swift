import Synchronization
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

/// Gives links of a fault server.
private final class LinkLease: Lease {
    private let server: FaultServer
    private let state = Mutex<(count: Int64, current: IssuedURL?)>((0, nil))

    init(_ server: FaultServer) { self.server = server }

    var networks: NetworkChoice { NetworkChoice(preferred: .extranet, fallback: .never) }
    /// How many links were issued.
    var issues: Int64 { state.withLock { $0.count } }

    func url(on network: Network) async throws -> IssuedURL {
        state.withLock { state in state.current ?? issue(&state) }
    }

    func renew(after old: IssuedURL, because reason: RenewalReason) async throws -> IssuedURL {
        state.withLock { state in
            if let current = state.current, current.id > old.id { return current }
            return issue(&state)
        }
    }

    private func issue(_ state: inout (count: Int64, current: IssuedURL?)) -> IssuedURL {
        state.count += 1
        let now = TestClock().now
        let url = IssuedURL(
            id: state.count,
            url: SignedURL(server.issue()),
            network: .extranet,
            issuedAt: now,
            expiresAt: now + .seconds(3_600)
        )
        state.current = url
        return url
    }
}

private struct QuietObserver: TransferObserver {
    func received(_ bytes: Int64, of label: String, total: Int64?) {}
    func attempted(_ attempt: TransferAttempt) async {}
}
