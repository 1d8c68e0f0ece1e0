import Foundation
import LocalDiskSink
import RcloneSink
import ResticSink
import SystemPackage
import Testing
import WherryCore
import WherryPluginKit
import WherryTestSupport
import WherryTransfer

/// Copies that are read back out of the sinks of this machine, with the real programs.
@Suite(.timeLimit(.minutes(5)))
struct ReadingBackTests {
    /// A sink in a folder of its own.
    enum Kind: String, CaseIterable {
        case disk, rclone, restic

        func make(_ scratch: Scratch) async throws -> any Sink {
            let context = PluginContext.forTests(scratch)
            let path = OptionValues.Value.text("{instance}/{backup}/{shard}.rdb")
            switch self {
            case .disk:
                return try await LocalDiskSinkPlugin.makeSink(
                    OptionValues(["root": .text(scratch.file("store")), "path": path]),
                    context: context
                )
            case .rclone:
                return try await RcloneSinkPlugin.makeSink(
                    OptionValues([
                        "remote": .text("store:" + scratch.file("store")), "path": path, "config": .text("/dev/null"),
                        "timeout": .duration(.seconds(200)),
                        "environment": .records([
                            OptionValues(["name": .text("RCLONE_CONFIG_STORE_TYPE"), "text": .text("local")])
                        ]),
                    ]),
                    context: context
                )
            case .restic:
                return try await ResticSinkPlugin.makeSink(
                    OptionValues([
                        "repository": .text(scratch.file("store")), "password": .secret(Secret("LEAKMARKpassword")),
                        "path": path, "init": .boolean(true), "timeout": .duration(.seconds(200)),
                    ]),
                    context: context
                )
            }
        }
    }

    private func with(
        _ kind: Kind,
        _ bytes: [UInt8],
        _ body: (any Sink, Receipt, Scratch) async throws -> Void
    ) async throws {
        try await Scratch.with { scratch in
            let sink = try await kind.make(scratch)
            try await sink.prepare(run: RunID(rawValue: 1), recovering: false)
            let receipt: Receipt
            if kind == .disk {
                // It fetches; what it would have fetched is there already.
                receipt = Receipt(
                    outcome: .delivered,
                    artifacts: try (0..<2).map { shard in
                        Artifact(
                            position: shard,
                            location: try scratch.write("store/crs-1/b%2C1/\(shard).rdb", bytes),
                            size: ByteCount(Int64(bytes.count))
                        )
                    }
                )
            } else {
                receipt = try await sink.deliver(backup(files: 2), using: FeedingTransfer(bytes: bytes))
            }
            try await body(sink, receipt, scratch)
        }
    }

    @Test(arguments: Kind.allCases, [1, 5_000_001])
    func whatWasStoredComesBackInPieces(kind: Kind, size: Int) async throws {
        let bytes = noise(size)
        try await with(kind, bytes) { sink, receipt, _ in
            for artifact in receipt.artifacts {
                let gathered = Gathered()
                try await sink.read(artifact) { gathered.add($0) }
                let isSame = gathered.bytes == bytes
                #expect(isSame)
                #expect(gathered.largest <= 256 << 10)
            }
        }
    }

    @Test(arguments: Kind.allCases)
    func whatIsGoneIsSaidToBeGone(kind: Kind) async throws {
        try await with(kind, noise(1_000)) { sink, receipt, _ in
            try await sink.remove(receipt)
            for artifact in receipt.artifacts {
                await #expect {
                    try await sink.read(artifact) { _ in }
                } throws: { error in
                    (error as? Failure)?.code == "sink.copy-gone" && (error as? Failure)?.failureClass == .notFound
                }
            }
        }
    }

    /// A store that finds its own damage says so: the copy is damaged, not the try.
    @Test func aPackThatIsDamagedIsTheCopys() async throws {
        try await with(.restic, noise(3 << 20)) { sink, receipt, scratch in
            let packs = scratch.files(below: ".").filter { $0.contains("/data/") }
            #expect(!packs.isEmpty)
            for pack in packs {
                let path = scratch.file(pack)
                var bytes = Array(try Data(contentsOf: URL(fileURLWithPath: path)))
                for index in 0..<8 { bytes[bytes.count / 2 + index] ^= 0xff }
                try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path)
                try Data(bytes).write(to: URL(fileURLWithPath: path))
            }
            await #expect {
                for artifact in receipt.artifacts { try await sink.read(artifact) { _ in } }
            } throws: { error in
                (error as? Failure)?.code == "sink.copy-damaged" && (error as? Failure)?.failureClass == .corrupt
            }
        }
    }

    @Test(arguments: Kind.allCases)
    func whoThrowsEndsIt(kind: Kind) async throws {
        let stop = Failure(.corrupt, code: "test.stop", "Enough.")
        try await with(kind, noise(3 << 20)) { sink, receipt, scratch in
            await #expect(throws: stop) { try await sink.read(receipt.artifacts[0]) { _ in throw stop } }
            let left = commandLines().filter { $0.contains(scratch.path) && $0.contains("/b%2C1/0.rdb") }
            #expect(left == [])
        }
    }

    @Test(arguments: Kind.allCases)
    func cancellingEndsIt(kind: Kind) async throws {
        try await with(kind, noise(3 << 20)) { sink, receipt, scratch in
            let gathered = Gathered()
            let task = Task {
                try await sink.read(receipt.artifacts[0]) { bytes in
                    gathered.add(bytes)
                    try await Task.sleep(for: .seconds(100))
                }
            }
            while gathered.bytes.isEmpty { try await Task.sleep(for: .milliseconds(20)) }
            task.cancel()
            await #expect(throws: CancellationError.self) { try await task.value }
            let left = commandLines().filter { $0.contains(scratch.path) && $0.contains("/b%2C1/0.rdb") }
            #expect(left == [])
        }
    }

    @Test(arguments: [Kind.disk, .rclone])
    func nothingIsReadThatLiesElsewhere(kind: Kind) async throws {
        try await with(kind, noise(10)) { sink, receipt, scratch in
            var artifact = receipt.artifacts[0]
            artifact.location = kind == .disk ? scratch.file("other") : "store:" + scratch.file("other")
            try scratch.write("other", [1, 2, 3])
            await #expect {
                try await sink.read(artifact) { _ in }
            } throws: {
                ($0 as? Failure)?.code == "sink.copy-elsewhere"
            }
        }
    }

    @Test func aLinkOrFolderInItsPlaceIsNoCopy() async throws {
        try await with(.disk, noise(10)) { sink, receipt, scratch in
            let path = receipt.artifacts[0].location
            try scratch.write("secret", [1])
            try FileManager.default.removeItem(atPath: path)
            try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: scratch.file("secret"))
            await #expect { try await sink.read(receipt.artifacts[0]) { _ in } } throws: { error in
                (error as? Failure)?.code == "disk.not-readable"
            }
            try FileManager.default.removeItem(atPath: path)
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
            await #expect { try await sink.read(receipt.artifacts[0]) { _ in } } throws: { error in
                (error as? Failure)?.code == "sink.copy-gone"
            }
        }
    }

    @Test func aSinkWithoutTheCapabilitySaysSo() async throws {
        struct Mute: Sink {
            func check() async throws -> [Finding] { [] }
            func deliver(_ backup: ResolvedBackup, using transfer: any Transfer) async throws -> Receipt {
                Receipt(outcome: .delivered, artifacts: [])
            }
        }
        await #expect { try await Mute().read(Artifact(position: 0, location: "x")) { _ in } } throws: { error in
            (error as? Failure)?.code == "sink.cannot-read" && (error as? Failure)?.failureClass == .unsupported
        }
    }
}
