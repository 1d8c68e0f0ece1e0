import Crypto
import Foundation
import Synchronization
import SystemPackage
import TestProcesses
import Testing
import WherryCore
import WherryPluginKit
import WherryTestSupport

/// Passes on bytes, and fails where it is told to.
struct FeedingTransfer: Transfer {
    /// The bytes of every file.
    var bytes: [UInt8]
    /// After all of them were passed on: what a failed verification is.
    var isWrong = false
    /// Called before each piece.
    var before: @Sendable (Int) async throws -> Void = { _ in }

    static let wrong = Failure(.corrupt, code: "transfer.wrong-checksum", "The bytes are wrong.")

    func stream(
        _ file: ResolvedFile,
        to receive: @escaping @Sendable ([UInt8]) async throws -> Void
    ) async throws -> FetchedFile {
        var start = 0
        while start < bytes.count {
            let end = min(start + (1 << 20), bytes.count)
            try await before(start)
            try await receive(Array(bytes[start..<end]))
            start = end
        }
        if isWrong { throw Self.wrong }
        let digest = try #require(SHA256Digest(bytes: SHA256.hash(data: bytes)))
        return FetchedFile(size: ByteCount(Int64(bytes.count)), sha256: digest, rdb: nil, grade: .complete)
    }

    func fetch(_ file: ResolvedFile, to destination: FilePath) async throws -> FetchedFile {
        throw Failure(.unsupported, code: "x.y", "None.")
    }

    func link(_ file: ResolvedFile) async throws -> IssuedURL { throw Failure(.unsupported, code: "x.y", "None.") }
}

private struct NoLease: Lease {
    var networks: NetworkChoice { NetworkChoice(preferred: .extranet, fallback: .never) }
    func url(on network: Network) async throws -> IssuedURL { throw Failure(.unsupported, code: "x.y", "None.") }
    func renew(after old: IssuedURL, because reason: RenewalReason) async throws -> IssuedURL {
        throw Failure(.unsupported, code: "x.y", "None.")
    }
}

/// A backup of `files` files, each of this size where it is known.
func backup(
    files: Int = 1,
    size: Int? = nil,
    instance: Instance.ID = "crs-1",
    id: Backup.ID = "b,1"
) -> ResolvedBackup {
    ResolvedBackup(
        source: "cloud",
        instance: Instance(id: instance, name: "odd"),
        backup: Backup(id: id, instance: instance, startedAt: Timestamp(seconds: 0)),
        files: (0..<files).map { position in
            ResolvedFile(
                file: BackupFile(position: position, name: "dump.rdb", size: size.map { ByteCount(Int64($0)) }),
                lease: NoLease(),
                label: "file \(position)"
            )
        }
    )
}

/// Bytes that no one compresses.
func noise(_ count: Int) -> [UInt8] {
    var generator = SystemRandomNumberGenerator()
    var bytes: [UInt8] = []
    bytes.reserveCapacity(count + 8)
    while bytes.count < count { withUnsafeBytes(of: generator.next()) { bytes += $0 } }
    return Array(bytes.prefix(count))
}

/// What a program prints, run as a person would.
func output(
    _ path: String,
    _ arguments: [String],
    _ environment: [String: String],
    _ scratch: Scratch
) async throws -> [UInt8] {
    let file = scratch.file("output-\(UUID().uuidString)")
    let usual = ["PATH": "/usr/local/bin:/usr/bin:/bin", "HOME": scratch.path]
    let child = try ChildProcess(path, arguments, environment: usual.merging(environment) { $1 }, output: file)
    // Never on a thread of the concurrency pool, which other tests need.
    await withCheckedContinuation { continuation in
        Thread {
            child.wait()
            continuation.resume()
        }.start()
    }
    return Array(try Data(contentsOf: URL(fileURLWithPath: file)))
}

/// The command lines and environments of every process of this user that can be read now.
func commandLines() -> [String] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
    return names.filter { Int($0) != nil }.compactMap { id in
        guard let data = FileManager.default.contents(atPath: "/proc/\(id)/cmdline"), !data.isEmpty else { return nil }
        return String(decoding: data.map { $0 == 0 ? 32 : $0 }, as: UTF8.self)
    }
}

/// Collects texts from closures.
final class Seen: Sendable {
    private let texts = Mutex<[String]>([])
    var all: [String] { texts.withLock { $0 } }
    func add(_ more: [String]) { texts.withLock { $0 += more } }
}
