import Crypto
import RDBFormat
import Testing
import WherryCore
import WherryPluginKit

@testable import WherryTransfer

/// A dump whose header is damaged, and what vouches for it.
struct DamagedHeadTests {
    private var dump: [UInt8] {
        var dump = FaultFetch.dump(size: 20_000)
        dump[0] ^= 1
        return dump
    }

    private func verdict(sha256: WherryCore.SHA256Digest? = nil, crc64: UInt64? = nil) throws -> Grade {
        var check = ContentCheck(withCRC64: crc64 != nil)
        // In pieces that end within the header, and behind it.
        for piece in [dump[..<5], dump[5..<14], dump[14...]] { Array(piece).withUnsafeBytes { check.update($0) } }
        let file = BackupFile(position: 0, name: "dump.rdb", size: ByteCount(Int64(dump.count)), sha256: sha256)
        return try check.finish(as: file, crc64: crc64, lengthIsProven: true).grade
    }

    @Test func isRefused() {
        let failure = #expect(throws: Failure.self) { try verdict() }
        #expect(failure?.code == "transfer.rdb-damaged")
    }

    @Test func isTheObjectsOwnWhereADigestFits() throws {
        #expect(try verdict(sha256: WherryCore.SHA256Digest(bytes: SHA256.hash(data: dump))) == .digest)
    }

    @Test func isTheObjectsOwnWhereAChecksumFits() throws {
        var checksum = CRC64ECMA()
        dump.withUnsafeBytes { checksum.update($0) }
        #expect(try verdict(crc64: checksum.value) == .complete)
    }
}
