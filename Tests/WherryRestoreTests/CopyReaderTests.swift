import Crypto
import Foundation
import Testing
import WherryCore
import WherryPluginKit
import WherryTestSupport
import WherryTransfer

@testable import WherryRestore

/// What comes out of a sink is what was delivered, or a failure that says why not.
@Suite(.timeLimit(.minutes(2)))
struct CopyReaderTests {
    /// A sink that has these bytes, whatever it is asked for.
    private struct MemorySink: Sink {
        var bytes: [UInt8]
        func check() async throws -> [Finding] { [] }
        func deliver(_ backup: ResolvedBackup, using transfer: any Transfer) async throws -> Receipt {
            Receipt(outcome: .delivered, artifacts: [])
        }
        func read(
            _ artifact: Artifact,
            to receive: @escaping @Sendable ([UInt8]) async throws -> Void
        ) async throws {
            for start in stride(from: 0, to: bytes.count, by: 4_000) {
                try await receive(Array(bytes[start..<min(bytes.count, start + 4_000)]))
            }
        }
    }

    private static let dump = Array((try? Data(contentsOf: URL(fileURLWithPath: Fixtures.rdb("all-types")))) ?? Data())

    private static func digest(_ bytes: [UInt8]) -> WherryCore.SHA256Digest? {
        WherryCore.SHA256Digest(bytes: Array(SHA256.hash(data: bytes)))
    }

    private func artifact(_ plain: [UInt8]?, stages: [String] = [], stored: [UInt8] = []) -> Artifact {
        var artifact = Artifact(position: 0, location: "x")
        if let plain { (artifact.size, artifact.sha256) = (ByteCount(Int64(plain.count)), Self.digest(plain)) }
        if !stages.isEmpty, let digest = Self.digest(stored) {
            artifact.stored = StoredForm(stages: stages, size: ByteCount(Int64(stored.count)), sha256: digest)
        }
        return artifact
    }

    private func read(_ bytes: [UInt8], as artifact: Artifact) async throws -> (CopyFacts, [UInt8]) {
        let reader = CopyReader(MemorySink(bytes: bytes), identity: nil, observer: NoTransferObserver())
        let gathered = Gathered()
        let facts = try await reader.read(artifact, named: "orders") { gathered.add($0) }
        return (facts, gathered.bytes)
    }

    private func code(_ bytes: [UInt8], as artifact: Artifact) async throws -> String {
        do {
            _ = try await read(bytes, as: artifact)
            return "none"
        } catch let failure as Failure {
            #expect(failure.message.contains("orders") || failure.code == "restore.unknown-stage")
            return failure.code
        }
    }

    /// What zstd makes of bytes.
    private func packed(_ bytes: [UInt8]) async throws -> [UInt8] {
        let gathered = Gathered()
        let content = bytes
        try await Pipeline([.zstd(level: 3)]).run({ pass in try await pass(content) }, receive: { gathered.add($0) })
        return gathered.bytes
    }

    @Test func factsAreThoseOfTheDump() async throws {
        let (facts, bytes) = try await read(Self.dump, as: artifact(Self.dump))
        let isSame = bytes == Self.dump
        #expect(isSame)
        #expect(facts.isCompared)
        #expect(facts.format?.hasPrefix("REDIS") == true)
        #expect((facts.keys?.total ?? 0) > 0)
        let packed = try await packed(Self.dump)
        let again = try await read(packed, as: artifact(Self.dump, stages: ["zstd"], stored: packed))
        #expect(again.0 == facts)
    }

    @Test func withoutARecordedDigestTheDumpSpeaksForItself() async throws {
        let (facts, _) = try await read(Self.dump, as: artifact(nil))
        #expect(!facts.isCompared)
        var damaged = Self.dump
        damaged[damaged.count / 2] ^= 1
        #expect(try await code(damaged, as: artifact(nil)) == "restore.rdb-damaged")
        #expect(try await code(Array(Self.dump.dropLast()), as: artifact(nil)) == "restore.rdb-damaged")
    }

    @Test func otherBytesThanWereDeliveredAreNone() async throws {
        var other = Self.dump
        other[20] ^= 1
        #expect(try await code(other, as: artifact(Self.dump)) == "restore.wrong-digest")
        #expect(try await code(Array(Self.dump.dropLast()), as: artifact(Self.dump)) == "restore.wrong-size")
        #expect(try await code(Self.dump + [0], as: artifact(Self.dump)) == "restore.wrong-size")
        #expect(try await code([], as: artifact(Self.dump)) == "restore.wrong-size")
        let packed = try await packed(Self.dump)
        let stored = artifact(Self.dump, stages: ["zstd"], stored: packed)
        var changed = packed
        changed[changed.count / 2] ^= 1
        #expect(try await code(changed, as: stored) == "restore.wrong-digest")
        #expect(try await code(Array(packed.dropLast(3)), as: stored) == "restore.wrong-size")
    }

    @Test func whatUnpacksToMoreThanItMayIsStopped() async throws {
        let bomb = [UInt8](repeating: 0, count: 32 << 20)
        let packed = try await packed(bomb)
        let lying = artifact(Array(bomb.prefix(1_000)), stages: ["zstd"], stored: packed)
        let reader = CopyReader(MemorySink(bytes: packed), identity: nil, observer: NoTransferObserver())
        let gathered = Gathered()
        await #expect { try await reader.read(lying, named: "orders") { gathered.add($0) } } throws: { error in
            (error as? Failure)?.code == "restore.wrong-size"
        }
        #expect(gathered.bytes.isEmpty)
    }

    @Test func whatNobodyCanUndoIsSaidBeforeAnythingIsRead() async throws {
        let stored = artifact(Self.dump, stages: ["zstd", "shuffle"], stored: [1])
        #expect(try await code([1], as: stored) == "restore.unknown-stage")
        let sealed = artifact(Self.dump, stages: ["zstd", "age"], stored: [1])
        await #expect { try await self.read([1], as: sealed) } throws: { error in
            (error as? Failure)?.code == "restore.no-identity"
        }
        // As it was stored, and yet nothing that zstd has made.
        let wrong = artifact(Self.dump, stages: ["zstd"], stored: Self.dump)
        #expect(try await code(Self.dump, as: wrong) == "restore.cannot-undo")
    }

    @Test func whatIsNoDumpIsComparedAllTheSame() async throws {
        let text = Array("encrypted where it was made".utf8)
        let (facts, _) = try await read(text, as: artifact(text))
        #expect(facts.format == nil)
        #expect(facts.keys == nil)
    }
}
