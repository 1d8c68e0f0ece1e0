import Foundation
import RDBFormat
import Synchronization
import SystemPackage
import Testing
import WherryCore
import WherryPluginKit
import WherryTestSupport

@testable import WherryTransfer

/// What the tests that fetch from a ``FaultServer`` share.
enum FaultFetch {
    /// A dump of about `size` bytes, whose own checksum shows every changed byte.
    static func dump(size: Int, seed: UInt8 = 1) -> [UInt8] {
        var bytes = Array("REDIS0010".utf8) + [0xFE, 0, 0xFB, 1, 0, 0, 3] + Array("key".utf8)
        let count = UInt32(max(16_384, size))
        bytes += [0x80] + withUnsafeBytes(of: count.bigEndian) { Array($0) }
        var state = UInt64(seed)
        while bytes.count < Int(count) + 24 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            withUnsafeBytes(of: state ^ state >> 29) { bytes += $0 }
        }
        bytes.removeLast(bytes.count - Int(count) - 24)
        bytes.append(0xFF)
        var checksum = CRC64()
        bytes.withUnsafeBytes { checksum.update($0) }
        return bytes + withUnsafeBytes(of: checksum.value.littleEndian) { Array($0) }
    }

    /// Quick and impatient.
    static func settings(connections: Int) -> TransferSettings {
        var settings = TransferSettings()
        settings.connections = connections
        settings.isAdaptive = false
        settings.firstBlock = 64 << 10
        settings.minimumBlock = 16 << 10
        // So little that pieces which come early have to be read back, and writers wait for the scan.
        settings.scanMemory = 96 << 10
        // Longer than the rests of servers that go on afterwards.
        settings.stallTimeout = .milliseconds(2_000)
        settings.backoff = Backoff(limit: 4, base: .milliseconds(20), cap: .milliseconds(200))
        settings.refusalPause = .milliseconds(100)
        settings.minimumRate = 4 << 10
        settings.longestWait = .seconds(3)
        return settings
    }

    /// For how long a transfer bears a server that brings nothing: as many connections as failures are borne, each for
    /// the time that it may bring nothing, and the pauses between them.
    static func patience(of settings: TransferSettings) -> Duration {
        (settings.stallTimeout + settings.backoff.cap) * settings.backoff.limit
    }

    /// Fetches from a server that is running.
    static func fetch(
        from server: FaultServer,
        to path: String,
        size: Int64?,
        sha256: SHA256Digest? = nil,
        settings: TransferSettings,
        disk: Disk = Disk(),
        lease: FaultLease? = nil,
        observer: any TransferObserver = QuietObserver()
    ) async throws -> FetchedFile {
        let file = file(size: size, sha256: sha256, lease: lease ?? FaultLease(server))
        return try await with(settings, disk: disk, observer: observer) { fetcher in
            try await fetcher.fetch(file, to: FilePath(path))
        }
    }

    /// Streams from a server that is running.
    static func stream(
        from server: FaultServer,
        size: Int64?,
        sha256: SHA256Digest? = nil,
        settings: TransferSettings,
        lease: FaultLease? = nil,
        to receive: @escaping @Sendable ([UInt8]) async throws -> Void
    ) async throws -> FetchedFile {
        let file = file(size: size, sha256: sha256, lease: lease ?? FaultLease(server))
        return try await with(settings) { try await $0.stream(file, to: receive) }
    }

    /// A file with links of a fault server.
    static func file(size: Int64?, sha256: SHA256Digest?, lease: any Lease) -> ResolvedFile {
        ResolvedFile(
            file: BackupFile(position: 0, name: "dump.rdb", size: size.map { ByteCount($0) }, sha256: sha256),
            lease: lease,
            label: "dump"
        )
    }

    /// A backup of these files.
    static func backup(_ files: [ResolvedFile]) -> ResolvedBackup {
        ResolvedBackup(
            source: "cloud",
            instance: Instance(id: "crs-1"),
            backup: Backup(
                id: "backup-1",
                instance: "crs-1",
                startedAt: MachineClock().now,
                kind: .manual,
                state: .available
            ),
            files: files
        )
    }

    /// Runs `body` with a fetcher.
    static func with<Value: Sendable>(
        _ settings: TransferSettings,
        disk: Disk = Disk(),
        observer: any TransferObserver = QuietObserver(),
        _ body: @escaping @Sendable (FileFetcher) async throws -> Value
    ) async throws -> Value {
        try await HTTPConnections.with { connections in
            defer { #expect(connections.scanBudget.count == 0, "bytes still wait for a scan") }
            return try await body(
                FileFetcher(
                    connections: connections,
                    clock: MachineClock(),
                    observer: observer,
                    settings: settings,
                    disk: disk,
                    random: { UInt64.random(in: .min ... .max) }
                )
            )
        }
    }
}

/// Gives links of a fault server.
final class FaultLease: Lease {
    private let server: FaultServer
    private let life: Duration?
    private let state = Mutex<(count: Int64, current: IssuedURL?)>((0, nil))

    init(_ server: FaultServer, life: Duration? = nil) {
        self.server = server
        self.life = life
    }

    var networks: NetworkChoice { NetworkChoice(preferred: .extranet, fallback: .never) }
    /// How many links were issued.
    var issues: Int64 { state.withLock { $0.count } }

    func url(on network: Network) async throws -> IssuedURL {
        state.withLock { state in
            if let current = state.current { return current }
            return issue(&state)
        }
    }

    func renew(after old: IssuedURL, because reason: RenewalReason) async throws -> IssuedURL {
        state.withLock { state in
            if let current = state.current, current.id > old.id { return current }
            return issue(&state)
        }
    }

    private func issue(_ state: inout (count: Int64, current: IssuedURL?)) -> IssuedURL {
        state.count += 1
        let now = MachineClock().now
        // The provider reckons by the server's clock.
        let expiry = now + server.clockOffset + (life ?? .seconds(3_600))
        let url = IssuedURL(
            id: state.count,
            url: SignedURL(server.issue(life: life)),
            network: .extranet,
            issuedAt: now,
            expiresAt: expiry
        )
        state.current = url
        return url
    }
}

struct QuietObserver: TransferObserver {
    func received(_ bytes: Int64, of label: String, total: Int64?) {}
    func attempted(_ attempt: TransferAttempt) async {}
}

/// The machine's time of day.
struct MachineClock: WallClock {
    var now: Timestamp { Timestamp(seconds: Int64(Date().timeIntervalSince1970)) }
}
