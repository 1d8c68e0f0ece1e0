import Crypto
import Foundation
import Testing
import WherryCore
import WherryTestSupport

@testable import WherryTransfer

/// A leftover whose journal says that every byte is there.
@Suite(.timeLimit(.minutes(1)))
struct CompleteLeftoverTests {
    /// No RDB file: nothing but the journal's digest tells whether it is whole.
    private let object = FaultObject(seed: 12, size: 10 << 20)

    /// Leaves a whole `.part`, with one byte changed or none, and fetches; gives the requests that this took.
    private func fetch(damaged: Bool, boot: String) async throws -> [FaultRecord] {
        try await Scratch.with { scratch in
            let path = scratch.file("dump.bin")
            let right = object.bytes(in: 0..<object.size)
            var bytes = right
            if damaged { bytes[9_000_000] ^= 1 }
            try Data(bytes).write(to: URL(fileURLWithPath: path + ".part"))
            var note = TransferJournal(
                object: "dump",
                identity: ObjectIdentity(size: object.size, etag: object.etag),
                done: ByteRanges([0..<object.size]),
                boot: boot
            )
            note.prefix = object.size
            note.digest = SHA256Digest(bytes: SHA256.hash(data: right))
            try JournalFile(beside: path + ".part", disk: Disk()).write(note)
            let records = try await FaultServer.with(FaultCorpus.plain, object: object) { server in
                _ = try await FaultFetch.fetch(
                    from: server,
                    to: path,
                    size: object.size,
                    settings: FaultFetch.settings(connections: 1)
                )
                return server.records
            }
            #expect(FileManager.default.contents(atPath: path).map { Array($0) } == right)
            #expect(scratch.files(below: ".") == ["dump.bin"])
            return records
        }
    }

    @Test(arguments: [JournalFile.boot, "another"])
    func isPublishedWithoutARequest(boot: String) async throws {
        #expect(try await fetch(damaged: false, boot: boot).isEmpty)
    }

    @Test(arguments: [JournalFile.boot, "another"])
    func isFetchedAnewWhenItIsDamaged(boot: String) async throws {
        #expect(try await fetch(damaged: true, boot: boot).objectBytes == object.size)
    }
}
