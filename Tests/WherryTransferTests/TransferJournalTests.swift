import Testing
import WherryCore

@testable import WherryTransfer

@Suite
struct TransferJournalTests {
    private var note: TransferJournal {
        var note = TransferJournal(
            object: "crs-1/b 2\n#0",
            identity: ObjectIdentity(size: 90, etag: "\"a b\"", lastModified: "Mon, 1 Jan 2024", crc64: 7),
            done: ByteRanges([0..<40, 60..<90]),
            boot: "one"
        )
        note.prefix = 32
        note.digest = SHA256Digest(hex: String(repeating: "ab", count: 32))
        return note
    }

    @Test func comesBack() {
        var expected = note
        expected.object = "crs-1/b 2\u{FFFD}#0"
        #expect(TransferJournal(note.encoded()) == expected)
    }

    @Test func everyChangedByteIsNoticed() {
        let bytes = note.encoded()
        for index in bytes.indices.dropLast() {
            var changed = bytes
            changed[index] ^= 1
            #expect(TransferJournal(changed) == nil, "byte \(index)")
            #expect(TransferJournal(bytes[..<index]) == nil || index >= bytes.count - 1, "cut at \(index)")
        }
    }

    @Test func anotherBootTrustsOnlyWhatADigestProves() {
        #expect(note.trusted(on: "one") == note.done)
        #expect(note.trusted(on: "two") == ByteRanges([0..<32]))
        var bare = note
        bare.digest = nil
        #expect(bare.trusted(on: "two").isEmpty)
        #expect(bare.trusted(on: "").isEmpty)
    }

    @Test func staysWithinItsLimit() {
        var long = note
        long.done = ByteRanges((0..<3_000).map { Int64($0) * 10..<Int64($0) * 10 + 5 })
        long.identity.size = 100_000
        let bytes = long.encoded()
        #expect(bytes.count <= TransferJournal.byteLimit)
        #expect(TransferJournal(bytes)?.done.isEmpty == false)
    }
}
