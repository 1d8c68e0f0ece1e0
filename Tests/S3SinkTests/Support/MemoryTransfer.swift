import Crypto
import SystemPackage
import WherryCore
import WherryPluginKit

/// Passes on bytes that it has, in pieces of 1 MiB at most, and vouches for them or not.
struct MemoryTransfer: Transfer {
    var bytes: [UInt8]
    /// Thrown in place of the verdict.
    var failure: Failure?
    /// Waits for something before the verdict.
    var beforeVerdict: @Sendable () async throws -> Void = {}
    /// Told of the size of every piece before it is passed on.
    var onPiece: @Sendable (Int) throws -> Void = { _ in }

    func fetch(_ file: ResolvedFile, to destination: FilePath) async throws -> FetchedFile { throw Self.none }

    func stream(
        _ file: ResolvedFile,
        to receive: @escaping @Sendable ([UInt8]) async throws -> Void
    ) async throws -> FetchedFile {
        for start in stride(from: 0, to: bytes.count, by: 1_000_003) {
            let piece = Array(bytes[start..<min(bytes.count, start + 1_000_003)])
            try onPiece(piece.count)
            try await receive(piece)
        }
        try await beforeVerdict()
        if let failure { throw failure }
        guard let digest = SHA256Digest(bytes: SHA256.hash(data: bytes)) else { throw Self.none }
        return FetchedFile(size: ByteCount(Int64(bytes.count)), sha256: digest, rdb: nil, grade: .checksum)
    }

    func link(_ file: ResolvedFile) async throws -> IssuedURL { throw Self.none }

    private static let none = Failure(.unsupported, code: "test.none", "None.")

    /// Bytes that do not repeat.
    static func random(_ count: Int, seed: UInt64) -> [UInt8] {
        var state = seed
        var bytes: [UInt8] = []
        bytes.reserveCapacity(count + 8)
        while bytes.count < count {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            withUnsafeBytes(of: state ^ state >> 29) { bytes += $0 }
        }
        return Array(bytes.prefix(count))
    }
}

struct NoLease: Lease {
    var networks: NetworkChoice { NetworkChoice(preferred: .extranet, fallback: .never) }
    func url(on network: Network) async throws -> IssuedURL { throw Failure(.unsupported, code: "test.none", "None.") }
    func renew(after old: IssuedURL, because reason: RenewalReason) async throws -> IssuedURL {
        throw Failure(.unsupported, code: "test.none", "None.")
    }
}

extension ResolvedBackup {
    /// A backup with files of these sizes.
    static func test(_ id: Backup.ID = "b-1", sizes: [Int64?], lease: any Lease = NoLease()) -> ResolvedBackup {
        ResolvedBackup(
            source: "cloud",
            instance: Instance(id: "crs-1", name: "orders"),
            backup: Backup(id: id, instance: "crs-1", startedAt: Timestamp(seconds: 0)),
            files: sizes.enumerated().map { position, size in
                ResolvedFile(
                    file: BackupFile(position: position, name: "dump.rdb", size: size.map { ByteCount($0) }),
                    lease: lease,
                    label: "file \(position)"
                )
            }
        )
    }
}
