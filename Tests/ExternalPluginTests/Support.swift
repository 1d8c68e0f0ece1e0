import Crypto
import Foundation
import SystemPackage
import WherryCore
import WherryPluginKit
import WherryTestSupport

@testable import ExternalPlugin

/// Files made up of memory, handed over like an engine would.
struct MemoryTransfer: Transfer {
    var bytes: [Int: [UInt8]]
    /// After how many bytes a stream breaks off; nil for never.
    var breaksAfter: Int?

    func fetch(_ file: ResolvedFile, to destination: FilePath) async throws -> FetchedFile {
        let content = bytes[file.file.position] ?? []
        try Data(content).write(to: URL(fileURLWithPath: destination.string))
        return facts(content)
    }

    func stream(
        _ file: ResolvedFile,
        to receive: @escaping @Sendable ([UInt8]) async throws -> Void
    ) async throws -> FetchedFile {
        let content = bytes[file.file.position] ?? []
        var done = 0
        while done < content.count {
            if let breaksAfter, done >= breaksAfter {
                throw Failure(.transient, code: "test.cut", "The download broke off.")
            }
            let next = min(done + 65_536, content.count)
            try await receive(Array(content[done..<next]))
            done = next
        }
        return facts(content)
    }

    func link(_ file: ResolvedFile) async throws -> IssuedURL {
        IssuedURL(
            id: 1,
            url: SignedURL("https://files.invalid/\(file.file.position).rdb?signature=not-for-the-eyes-of-others"),
            network: .extranet,
            issuedAt: Timestamp(seconds: 1_700_000_000),
            expiresAt: Timestamp(seconds: 4_000_000_000)
        )
    }

    private func facts(_ content: [UInt8]) -> FetchedFile {
        let digest = Array(SHA256.hash(data: content))
        return FetchedFile(
            size: ByteCount(Int64(content.count)),
            sha256: WherryCore.SHA256Digest(bytes: digest) ?? none,
            rdb: nil,
            grade: .complete
        )
    }

    private var none: WherryCore.SHA256Digest { .init(hex: String(repeating: "0", count: 64)).unsafelyUnwrapped }
}

private struct NoLease: Lease {
    var networks: NetworkChoice { NetworkChoice(preferred: .extranet, fallback: .never) }
    func url(on network: Network) async throws -> IssuedURL { throw CancellationError() }
    func renew(after old: IssuedURL, because reason: RenewalReason) async throws -> IssuedURL { old }
}

/// A world for one test: a folder with plugins, and a backup.
struct World {
    let scratch: Scratch
    static let token = "canary-7f3a9c51"

    static func with<Value: Sendable>(_ body: (World) async throws -> Value) async throws -> Value {
        try await Scratch.with { try await body(World(scratch: $0)) }
    }

    /// The repository.
    static var root: String { Fixtures.folder + "/../.." }

    /// The path of a program of ours, built beside the tests.
    static func program(_ name: String) -> String {
        var folder = URL(fileURLWithPath: CommandLine.arguments[0]).resolvingSymlinksInPath()
        repeat {
            folder = folder.deletingLastPathComponent()
        } while folder.path != "/" && !FileManager.default.isExecutableFile(atPath: "\(folder.path)/\(name)")
        return "\(folder.path)/\(name)"
    }

    /// Puts a copy of a program into the folder.
    func install(_ origin: String, as name: String) throws -> String {
        let folder = scratch.sub("plugins").path
        let bytes = try Data(contentsOf: URL(fileURLWithPath: origin))
        let path = folder + "/" + name
        try bytes.write(to: URL(fileURLWithPath: path))
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: path)
        return path
    }

    /// A sink with a fault.
    func broken(_ fault: String) throws -> String {
        try install(Fixtures.folder + "/plugins/broken.py", as: fault)
    }

    func options(_ path: String, _ more: [String: OptionValues.Value] = [:]) -> OptionValues {
        let store = scratch.sub("store").path
        let values: [String: OptionValues.Value] = [
            "path": .text(path), "options": .mapping(["folder": .text(store)]),
            "secrets": .mapping([:]), "deadline": .duration(.seconds(60)),
            "timeout": .duration(.seconds(60)), "stall": .duration(.seconds(40)),
        ]
        return OptionValues(values.merging(more) { $1 })
    }

    func sink(_ path: String, _ more: [String: OptionValues.Value] = [:]) async throws -> any Sink {
        try await ExternalSinkPlugin.makeSink(options(path, more), context: .forTests(scratch))
    }

    /// The example sink in sh.
    func folderSink() async throws -> any Sink {
        try await sink(try install(Self.root + "/Examples/Plugins/wherry-sink-folder.sh", as: "wherry-sink-folder"))
    }

    /// A backup with a file for each of these sizes, and its bytes.
    func backup(_ sizes: [Int], id: Backup.ID = "b-1") -> (ResolvedBackup, MemoryTransfer) {
        var bytes: [Int: [UInt8]] = [:]
        for (position, size) in sizes.enumerated() {
            bytes[position] = (0..<size).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ position) }
        }
        let backup = ResolvedBackup(
            source: "cloud",
            instance: Instance(id: "crs-1", name: "orders"),
            backup: Backup(id: id, instance: "crs-1", startedAt: Timestamp(seconds: 1_700_000_000)),
            files: sizes.indices.map { position in
                ResolvedFile(
                    file: BackupFile(position: position, name: "\(position).rdb"),
                    lease: NoLease(),
                    label: "\(position)"
                )
            }
        )
        return (backup, MemoryTransfer(bytes: bytes))
    }
}
