import SystemPackage
import WherryCore
import WherryPluginKit

import struct Crypto.SHA256

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// A small made-up backup, and its bytes.
struct Sample: Sendable {
    var backup: ResolvedBackup
    var transfer: SampleTransfer

    /// A backup of a dozen files: enough to be served in another order by those who sort their names.
    init(_ id: String, now: Timestamp) {
        let sizes = [300_001, 17] + (0..<10).map { 200 + $0 }
        var bytes: [Int: [UInt8]] = [:]
        for (position, size) in sizes.enumerated() {
            bytes[position] = (0..<size).map { UInt8(truncatingIfNeeded: $0 &* 37 &+ position) }
        }
        transfer = SampleTransfer(bytes: bytes, now: now)
        let instance = Instance(id: "wherry-test", name: "made up", topology: .cluster, state: .running)
        backup = ResolvedBackup(
            source: "wherry-test",
            instance: instance,
            backup: Backup(
                id: Backup.ID(rawValue: id),
                instance: instance.id,
                startedAt: now - .seconds(60),
                size: ByteCount(Int64(sizes.reduce(0, +)))
            ),
            files: sizes.enumerated().map { position, size in
                ResolvedFile(
                    file: BackupFile(position: position, name: "shard-\(position).rdb", size: ByteCount(Int64(size))),
                    lease: NoLease(),
                    label: "\(position)"
                )
            }
        )
    }
}

/// Gives a sink made-up bytes, and links to nowhere.
struct SampleTransfer: Transfer {
    var bytes: [Int: [UInt8]]
    var now: Timestamp
    /// After how many bytes a stream breaks off; nil for never.
    var breaksAfter: Int?

    static let broken = Failure(.transient, code: "sample.cut", "The sample's bytes broke off, as they were meant to.")

    func fetch(_ file: ResolvedFile, to destination: FilePath) async throws -> FetchedFile {
        let content = bytes[file.file.position] ?? []
        try Data(content).write(to: URL(fileURLWithPath: destination.string))
        return try facts(content)
    }

    func stream(
        _ file: ResolvedFile,
        to receive: @escaping @Sendable ([UInt8]) async throws -> Void
    ) async throws -> FetchedFile {
        let content = bytes[file.file.position] ?? []
        var done = 0
        while done < content.count {
            if let breaksAfter, done >= breaksAfter { throw Self.broken }
            let next = min(done + 16_384, content.count)
            try await receive(Array(content[done..<next]))
            done = next
        }
        return try facts(content)
    }

    func link(_ file: ResolvedFile) async throws -> IssuedURL {
        IssuedURL(
            id: 1,
            url: SignedURL("https://files.invalid/\(file.file.name)?signature=\(LinkCanary.text)"),
            network: .extranet,
            issuedAt: now,
            expiresAt: now + .seconds(3_600)
        )
    }

    private func facts(_ content: [UInt8]) throws -> FetchedFile {
        guard let digest = WherryCore.SHA256Digest(bytes: SHA256.hash(data: content)) else { throw Self.broken }
        return FetchedFile(size: ByteCount(Int64(content.count)), sha256: digest, rdb: nil, grade: .complete)
    }
}

/// The secret part of links to nowhere.
enum LinkCanary {
    static let text = "wherry-canary-link-5d1f60c2"
}

private struct NoLease: Lease {
    var networks: NetworkChoice { NetworkChoice(preferred: .extranet, fallback: .never) }

    func url(on network: Network) async throws -> IssuedURL { throw SampleTransfer.broken }

    func renew(after old: IssuedURL, because reason: RenewalReason) async throws -> IssuedURL { old }
}
