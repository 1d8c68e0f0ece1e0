import Foundation
import LocalDiskSink
import Logging
import SystemPackage
import Testing
import WherryCore
import WherryPluginKit
import WherryTestSupport

@Suite
struct LocalDiskSinkTests {
    private func sink(_ scratch: Scratch) async throws -> any Sink {
        try await LocalDiskSinkPlugin.makeSink(
            OptionValues(["root": .text(scratch.file("root"))]),
            context: .forTests(scratch)
        )
    }

    private func backup(files: Int) -> ResolvedBackup {
        ResolvedBackup(
            source: "cloud",
            instance: Instance(id: "../../etc", name: "odd"),
            backup: Backup(id: "b/1", instance: "../../etc", startedAt: Timestamp(seconds: 0)),
            files: (0..<files).map { position in
                ResolvedFile(
                    file: BackupFile(position: position, name: "dump.rdb"),
                    lease: NoLease(),
                    label: "file \(position)"
                )
            }
        )
    }

    @Test func namesOfAProviderNeverLeaveTheRoot() async throws {
        try await Scratch.with { scratch in
            let sink = try await sink(scratch)
            try await sink.prepare(run: RunID(rawValue: 1), recovering: false)
            let receipt = try await sink.deliver(backup(files: 2), using: WritingTransfer())
            #expect(receipt.artifacts.count == 2)
            for artifact in receipt.artifacts {
                let path = FilePath(artifact.location).lexicallyNormalized()
                #expect(path.starts(with: FilePath(scratch.file("root"))))
            }
            #expect(scratch.files(below: ".").allSatisfy { $0.hasPrefix("root/") })
        }
    }

    @Test func manifestComesLastAndSaysEverythingButURLs() async throws {
        try await Scratch.with { scratch in
            let sink = try await sink(scratch)
            try await sink.prepare(run: RunID(rawValue: 1), recovering: false)
            _ = try await sink.deliver(backup(files: 1), using: WritingTransfer())
            let name = try #require(scratch.files(below: "root").first { $0.hasSuffix(".manifest.json") })
            let data = try #require(FileManager.default.contents(atPath: scratch.file("root/" + name)))
            let json = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
            #expect(json["wherry_manifest"] as? Int == 1)
            #expect(json["backup"] as? String == "b/1")
            #expect(json["started_at"] as? String == "1970-01-01T00:00:00Z")
            let file = try #require((json["files"] as? [[String: Any]])?.first)
            #expect(file["size_bytes"] as? Int == 4)
            #expect((file["sha256"] as? String)?.count == 64)
            #expect(!String(decoding: data, as: UTF8.self).contains("http"))
        }
    }

    @Test func copiesAreLookedAtAndRemoved() async throws {
        try await Scratch.with { scratch in
            let sink = try await sink(scratch)
            try await sink.prepare(run: RunID(rawValue: 1), recovering: false)
            let receipt = try await sink.deliver(backup(files: 2), using: WritingTransfer())
            let other = try scratch.write("root/other/kept.rdb", Array("kept".utf8))
            #expect(try await sink.presence(of: receipt) == .present)
            // A file that is shorter than it was is not the copy.
            let first = receipt.artifacts[0].location
            try FileHandle(forWritingTo: URL(fileURLWithPath: first)).truncate(atOffset: 1)
            #expect(try await sink.presence(of: receipt) == .absent)
            try await sink.remove(receipt)
            #expect(try await sink.presence(of: receipt) == .absent)
            #expect(scratch.files(below: "root") == ["other/kept.rdb"])
            #expect(try FileManager.default.contentsOfDirectory(atPath: scratch.file("root")) == ["other"])
            // It is gone already: well done.
            try await sink.remove(receipt)
            // A receipt that leads elsewhere.
            for path in ["/etc/hostname", scratch.file("root/../root/other/kept.rdb")] {
                let foreign = Receipt(outcome: .delivered, artifacts: [Artifact(position: 0, location: path)])
                let failure = await #expect(throws: Failure.self) { try await sink.remove(foreign) }
                #expect(failure?.code == "disk.other-root")
                guard case .unknown = try await sink.presence(of: foreign) else {
                    Issue.record("\(path) is none of this sink's")
                    continue
                }
            }
            #expect(FileManager.default.fileExists(atPath: other))
            let elsewhere = Receipt(
                outcome: .delivered,
                artifacts: [Artifact(position: 0, location: "/no/such/root/dump.rdb")]
            )
            #expect(try await sink.presence(of: elsewhere) == .absent)
            // Without its root, as when a disk is not mounted, nobody knows.
            try FileManager.default.removeItem(atPath: scratch.file("root"))
            let read = await #expect(throws: Failure.self) { try await sink.read(receipt.artifacts[0]) { _ in } }
            #expect(read?.code == "disk.no-root")
            guard case .unknown = try await sink.presence(of: receipt) else {
                Issue.record("nobody can know that")
                return
            }
        }
    }

    @Test func failedTransferLeavesNoManifest() async throws {
        try await Scratch.with { scratch in
            let sink = try await sink(scratch)
            try await sink.prepare(run: RunID(rawValue: 1), recovering: false)
            await #expect(throws: Failure.self) {
                _ = try await sink.deliver(backup(files: 3), using: WritingTransfer(failingAt: 1))
            }
            #expect(scratch.files(below: "root").count == 1)
        }
    }

    @Test func recoveryRemovesLeftoversOnly() async throws {
        try await Scratch.with { scratch in
            for name in ["a/x.rdb.part", "b/y.manifest.json.tmp", "b/z.rdb", "outside.part"] {
                try scratch.write(name == "outside.part" ? name : "root/" + name, Array("x".utf8))
            }
            try FileManager.default.createSymbolicLink(
                atPath: scratch.file("root/link"),
                withDestinationPath: scratch.path
            )
            let sink = try await sink(scratch)
            try await sink.prepare(run: RunID(rawValue: 2), recovering: false)
            #expect(scratch.files(below: "root").contains("a/x.rdb.part"))
            try await sink.prepare(run: RunID(rawValue: 3), recovering: true)
            #expect(!FileManager.default.fileExists(atPath: scratch.file("root/a/x.rdb.part")))
            #expect(!FileManager.default.fileExists(atPath: scratch.file("root/b/y.manifest.json.tmp")))
            #expect(FileManager.default.fileExists(atPath: scratch.file("root/b/z.rdb")))
            #expect(FileManager.default.fileExists(atPath: scratch.file("outside.part")), "links are not followed")
        }
    }

    @Test func checkTellsWhatIsWrong() async throws {
        try await Scratch.with { scratch in
            #expect(try await sink(scratch).check().map(\.level) == [.ok])
            try scratch.write("root", Array("a file".utf8))
            #expect(try await sink(scratch).check().map(\.level) == [.error])
        }
    }
}

private struct NoLease: Lease {
    var networks: NetworkChoice { NetworkChoice(preferred: .extranet, fallback: .never) }
    func url(on network: Network) async throws -> IssuedURL { throw Failure(.unsupported, code: "x.y", "None.") }
    func renew(after old: IssuedURL, because reason: RenewalReason) async throws -> IssuedURL {
        throw Failure(.unsupported, code: "x.y", "None.")
    }
}

/// Writes four bytes for each file.
private struct WritingTransfer: Transfer {
    var failingAt = -1

    func fetch(_ file: ResolvedFile, to destination: FilePath) async throws -> FetchedFile {
        if file.file.position == failingAt { throw Failure(.corrupt, code: "transfer.test", "Broken.") }
        try Data("data".utf8).write(to: URL(fileURLWithPath: destination.string))
        let digest = try #require(SHA256Digest(hex: String(repeating: "ab", count: 32)))
        return FetchedFile(size: ByteCount(4), sha256: digest, rdb: nil, grade: .complete)
    }

    func stream(
        _ file: ResolvedFile,
        to receive: @escaping @Sendable ([UInt8]) async throws -> Void
    ) async throws -> FetchedFile { throw Failure(.unsupported, code: "x.y", "None.") }

    func link(_ file: ResolvedFile) async throws -> IssuedURL { throw Failure(.unsupported, code: "x.y", "None.") }
}
