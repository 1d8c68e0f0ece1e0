import Crypto
import SystemPackage
package import WherryCore
package import WherryPluginKit
package import WherryTransfer

/// Finds out whether a sink really stores: gives it the smallest of backups, looks whether that is there, and removes it.
///
/// The catalog has no row of it, but for what a sink notes of its own. Nothing else may be at work with the sink, see
/// ``RunLock``.
package struct SinkProbe: Sendable {
    /// The instance that the probe claims to be of; no provider names one so.
    private static let instance = Instance.ID(rawValue: "wherry-probe")

    private let clock: any WallClock
    private let fetcher: FileFetcher
    private let random: @Sendable () -> UInt64

    /// - Parameter fetcher: stores what a sink wants in a file.
    package init(clock: any WallClock, fetcher: FileFetcher, random: @escaping @Sendable () -> UInt64) {
        self.clock = clock
        self.fetcher = fetcher
        self.random = random
    }

    /// Stores, looks and removes.
    ///
    /// - Returns: what was seen; a warning where the sink cannot look or cannot remove.
    /// - Throws: ``Failure`` of the sink; with code `probe.lost` when what it has stored is not there, `probe.not-removed`
    ///   when it is there still; `CancellationError`.
    package func findings(of sink: ConfiguredSink) async throws -> [Finding] {
        guard sink.storesBytes else { return [Finding(.ok, "It stores no bytes: there is nothing to probe.")] }
        try await sink.sink.prepare(run: RunID(rawValue: 0), recovering: false)
        let receipt: Receipt
        do {
            receipt = try await deliver(to: sink)
        } catch let failure as Failure where failure.code == ProbeLease.none.code {
            // A program says only then what it wants.
            return [Finding(.ok, "It takes links: there is nothing to probe.")]
        }
        let place = receipt.artifacts.first?.location ?? "a place that it does not name"
        do {
            return try await look(at: receipt, in: place, sink.sink)
        } catch {
            // What can be removed is not left behind, whatever was seen.
            try? await sink.sink.remove(receipt)
            throw error
        }
    }

    private func deliver(to sink: ConfiguredSink) async throws -> Receipt {
        let backup = Backup(
            id: Backup.ID(rawValue: "probe-\(String(random(), radix: 36))"),
            instance: Self.instance,
            startedAt: clock.now,
            size: ByteCount(Int64(ProbeTransfer.bytes.count))
        )
        let file = BackupFile(position: 0, name: "probe.rdb", size: backup.size)
        let resolved = ResolvedBackup(
            source: "wherry-probe",
            instance: Instance(id: Self.instance, name: "a probe of wherry check"),
            backup: backup,
            files: [ResolvedFile(file: file, lease: ProbeLease(), label: "probe")]
        )
        let transfer = ProbeTransfer(fetcher: fetcher)
        guard let pipeline = sink.pipeline else { return try await sink.sink.deliver(resolved, using: transfer) }
        let changed = PipelinedTransfer(resolved, through: pipeline, over: transfer, disk: fetcher)
        return changed.completed(try await sink.sink.deliver(changed.backup, using: changed))
    }

    private func look(at receipt: Receipt, in place: String, _ sink: any Sink) async throws -> [Finding] {
        var findings: [Finding] = []
        switch try await sink.presence(of: receipt) {
        case .present: findings.append(Finding(.ok, "Stored a probe at \(place), and it is there."))
        case .unknown(let reason):
            let message = "Stored a probe at \(place), but nobody could look whether it is there: \(reason)"
            findings.append(Finding(.warning, message, remedy: "Look there yourself."))
        case .absent:
            throw Failure(
                .conflict,
                code: "probe.lost",
                "The sink says that it has stored a probe at \(place), and it is not there.",
                remedy: "Look whether something removes or moves what is stored there."
            )
        }
        do {
            try await sink.remove(receipt)
        } catch let failure as Failure where failure.failureClass == .unsupported {
            findings.append(
                Finding(.warning, "The probe stays at \(place): \(failure.message)", remedy: "Remove it yourself.")
            )
            return findings
        }
        switch try await sink.presence(of: receipt) {
        case .absent: findings.append(Finding(.ok, "The probe is removed again."))
        case .unknown(let reason):
            let message = "The probe at \(place) was removed, but nobody could look whether it is gone: \(reason)"
            findings.append(Finding(.warning, message, remedy: "Look there yourself."))
        case .present:
            throw Failure(
                .conflict,
                code: "probe.not-removed",
                "The sink says that it has removed the probe at \(place), and it is there still.",
                remedy: "Look whether a lock of the store keeps it."
            )
        }
        return findings
    }
}

/// Gives a sink the bytes of an RDB file that holds no key.
private struct ProbeTransfer: Transfer {
    /// Eight zeros stand for no checksum.
    static let bytes = Array("REDIS0009".utf8) + [0xFF] + [UInt8](repeating: 0, count: 8)

    let fetcher: FileFetcher

    func link(_ file: ResolvedFile) async throws -> IssuedURL { throw ProbeLease.none }

    func fetch(_ file: ResolvedFile, to destination: FilePath) async throws -> FetchedFile {
        try await fetcher.store(at: destination) { receive in try await stream(file, to: receive) }
    }

    func stream(
        _ file: ResolvedFile,
        to receive: @escaping @Sendable ([UInt8]) async throws -> Void
    ) async throws -> FetchedFile {
        try await receive(Self.bytes)
        guard let digest = SHA256Digest(bytes: Array(SHA256.hash(data: Self.bytes))) else { throw ProbeLease.none }
        return FetchedFile(size: ByteCount(Int64(Self.bytes.count)), sha256: digest, rdb: nil, grade: .complete)
    }
}

private struct ProbeLease: Lease {
    static let none = Failure(
        .unsupported,
        code: "probe.no-url",
        "A probe has no URL.",
        remedy: "This sink stores no bytes itself, and cannot be probed."
    )

    var networks: NetworkChoice { NetworkChoice(preferred: .extranet, fallback: .never) }

    func url(on network: Network) async throws -> IssuedURL { throw Self.none }

    func renew(after old: IssuedURL, because reason: RenewalReason) async throws -> IssuedURL { throw Self.none }
}
