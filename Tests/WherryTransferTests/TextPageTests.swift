import Testing
import WherryCore
import WherryPluginKit

@testable import WherryTransfer

/// An error page that came as a file is refused; cipher text that begins like one is not.
@Suite struct TextPageTests {
    private func verdict(_ bytes: [UInt8], size: Int64? = nil) throws -> FetchedFile {
        var check = ContentCheck()
        for piece in [bytes.prefix(3), bytes.dropFirst(3)] { Array(piece).withUnsafeBytes { check.update($0) } }
        let file = BackupFile(position: 0, name: "dump.rdb", size: size.map { ByteCount($0) })
        return try check.finish(as: file, crc64: nil, lengthIsProven: true)
    }

    @Test(arguments: ["<?xml version=\"1.0\"?>\n<Error/>", "{\"code\": 4100}", "<html>\r\n\t…"])
    func aPageIsRefused(_ page: String) {
        #expect(throws: Failure.self) { try verdict(Array(page.utf8)) }
    }

    @Test(arguments: ["<", "{"])
    func cipherTextIsNot(_ first: String) throws {
        let bytes = Array(first.utf8) + (0..<4_096).map { UInt8(truncatingIfNeeded: $0 &* 37) }
        #expect(try verdict(bytes).size == ByteCount(4_097))
    }

    @Test func anAnnouncedSizeDecides() throws {
        let page = Array("{\"a\": 1}".utf8)
        #expect(try verdict(page, size: Int64(page.count)).grade == .complete)
    }
}
