import RDBFormat
import Testing

@Suite struct RDBStructureTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var records: [UInt8]
        /// Where the impossible element begins, counted from the first record.
        var offset: Int
        var fault: RDBStructureFault

        init(_ description: String, type: UInt8, _ value: [UInt8], at offset: Int = 0, _ fault: RDBStructureFault) {
            testDescription = description
            records = [type, 1, 0x6b] + value
            self.offset = 3 + offset
            self.fault = fault
        }

        var beginning: [UInt8] { Array("REDIS0012".utf8) + records + [UInt8](repeating: 0, count: 20) }
        var file: [UInt8] { beginning + [0xff] + [UInt8](repeating: 0, count: 8) }
        var position: Int64 { Int64(9 + offset) }
    }

    private static func bytes(_ count: Int) -> [UInt8] { [UInt8](repeating: 0x78, count: count) }
    private static let huge: [UInt8] = RDBWire.longLength(1 << 40 + 1)
    private static let packed = RDBStructureFault.compression

    static let faults: [Case] = [
        Case("unused length", type: 1, [0x82], .lengthEncoding(0x82)),
        Case("string encoding as a count", type: 1, [0xc0], .lengthEncoding(0xc0)),
        Case("unused string encoding", type: 0, [0xc4], .stringEncoding(0xc4)),
        Case("end marker as a string", type: 0, [0xff], .stringEncoding(0xff)),
        Case("string beyond 1 TiB", type: 0, huge, .excessiveLength(1 << 40 + 1)),
        Case("string beyond Int", type: 0, RDBWire.longLength(.max), .excessiveLength(.max)),
        Case("count beyond 1 TiB", type: 4, RDBWire.longLength(1 << 63), .excessiveLength(1 << 63)),
        Case("compressed length beyond 1 TiB", type: 0, [0xc3] + huge + [1], .excessiveLength(1 << 40 + 1)),
        Case("unpacked length beyond 1 TiB", type: 0, [0xc3, 9] + huge, .excessiveLength(1 << 40 + 1)),
        Case("compressed to nothing", type: 0, [0xc3, 0, 5], packed),
        Case("nothing compressed", type: 0, [0xc3, 5, 0], packed),
        Case("unpacks to less", type: 0, [0xc3, 2, 2, 0, 1], at: 5, packed),
        Case("literal unpacks to more", type: 0, [0xc3, 3, 1, 1, 1, 1], at: 3, packed),
        Case("copy unpacks to more", type: 0, [0xc3, 4, 3, 0, 1, 0x20, 0], at: 5, packed),
        Case("copy from before the start", type: 0, [0xc3, 4, 4, 0, 1, 0x20, 1], at: 5, packed),
        Case("literal beyond the end", type: 0, [0xc3, 2, 9, 5, 1], at: 3, packed),
        Case("copy cut by the end", type: 0, [0xc3, 3, 9, 0, 1, 0x20, 0], at: 5, packed),
        Case("long copy cut by the end", type: 0, [0xc3, 4, 20, 0, 1, 0xe0, 0, 0], at: 5, packed),
        Case("ziplist of another length", type: 10, [12] + RDBWire.ziplist(), .blob(.ziplist)),
        Case("ziplist too short", type: 12, [10] + bytes(10), .blob(.ziplist)),
        Case("ziplist with its last entry outside", type: 13, [11, 11, 0, 0, 0, 11], .blob(.ziplist)),
        Case(
            "ziplist without terminator",
            type: 14,
            [1, 11] + RDBWire.ziplist().dropLast() + [0],
            at: 12,
            .blob(.ziplist)
        ),
        Case("ziplist as a number", type: 10, [0xc1, 1, 2], .blob(.ziplist)),
        Case("listpack of another length", type: 16, [8] + RDBWire.listpack(), .blob(.listpack)),
        Case("listpack without terminator", type: 17, [7, 7, 0, 0, 0, 0, 0, 1], at: 7, .blob(.listpack)),
        Case("listpack too short", type: 20, [6, 6, 0, 0, 0, 0, 0xff], .blob(.listpack)),
        Case("intset of width 3", type: 11, [11, 3, 0, 0, 0, 1, 0, 0, 0, 1, 1, 1], .blob(.intset)),
        Case("intset of another length", type: 11, [9] + RDBWire.intset(2, count: 1), .blob(.intset)),
        Case("intset with too many members", type: 11, [8, 8, 0, 0, 0, 255, 255, 255, 255], .blob(.intset)),
        Case("zipmap without terminator", type: 9, [2, 0, 0], at: 2, .blob(.zipmap)),
        Case("zipmap too short", type: 9, [1, 0xff], .blob(.zipmap)),
        Case("list node of no form", type: 18, [1, 3], at: 1, .listNode(3)),
        Case("stream id of 15 bytes", type: 15, [1, 15] + bytes(15), at: 1, .blob(.streamID)),
    ]

    @Test(arguments: faults)
    func refusesWhatCannotBe(_ example: Case) {
        let findings = scan(example.file)
        #expect(findings.structure == .faulty(at: example.position, example.fault))
        #expect(findings.verdict == .corrupt(.structure(at: example.position, example.fault)))
        #expect(scan(example.file.map(CollectionOfOne.init)) == findings)
    }

    @Test(arguments: faults)
    func aMatchingChecksumOutranksAFault(_ example: Case) {
        let findings = scan(sealed(example.beginning))
        #expect(findings.structure == .faulty(at: example.position, example.fault))
        #expect(findings.verdict == .checksummed)
    }

    @Test(arguments: faults)
    func aWrongChecksumOutranksAFault(_ example: Case) {
        var file = sealed(example.beginning)
        file[file.count - 1] ^= 1
        guard case .corrupt(.checksumMismatch) = scan(file).verdict else {
            Issue.record("\(scan(file).verdict)")
            return
        }
    }

    @Test func aDeclaredLengthCostsNoMemory() {
        let file =
            Array("REDIS0010".utf8) + [0, 1, 0x6b] + RDBWire.longLength(1 << 40) + [0xff]
            + [UInt8](repeating: 0, count: 8)
        #expect(scan(file).structure == .cutOff)
        #expect(scan(file).verdict == .corrupt(.missingEOF))
    }

    // MARK: - After the end

    private let whole = RDBSample("", "REDIS0010", RDBSample.key(0, RDBWire.string("value"))).file
    private let unsummed = RDBSample("", "REDIS0010", RDBSample.key(0, RDBWire.string("value"))).fileWithoutChecksum

    @Test(arguments: [1, 8, 9, 10, 100, 70_000])
    func findsBytesAfterTheEnd(count: Int) {
        for file in [whole, unsummed] {
            let defect = RDBDefect.structure(at: Int64(file.count), .bytesAfterEnd)
            #expect(scan(file + noise(count, seed: 3)).verdict == .corrupt(defect))
            #expect(scan(file + [UInt8](repeating: 0xff, count: count)).verdict == .corrupt(defect))
        }
    }

    @Test func twoFilesAreNotOne() {
        let defect = RDBDefect.structure(at: Int64(whole.count), .bytesAfterEnd)
        #expect(scan(whole + whole).verdict == .corrupt(defect))
        // Even when someone sealed the whole of it again.
        #expect(scan(sealed(whole)).verdict == .corrupt(defect))
        #expect(scan(sealed(unsummed)).verdict == .checksummed)
        #expect(scan(sealed(unsummed)).structure == .faulty(at: Int64(unsummed.count), .bytesAfterEnd))
    }

    @Test func anOldFileEndsAtTheMarker() {
        let file = Array("REDIS0003".utf8) + [0xff]
        #expect(scan(file).verdict == .unchecksummed)
        #expect(scan(file + [0xff]).verdict == .corrupt(.structure(at: 10, .bytesAfterEnd)))
    }

    // MARK: - Damage

    private func damage(_ pieces: [UInt8]...) -> RDBDefect? {
        var scanner = RDBScanner()
        pieces.forEach { $0.withUnsafeBytes { scanner.update($0) } }
        return scanner.damage
    }

    @Test func isSureOfDamageOnlyBehindAMatchingChecksum() {
        let defect = RDBDefect.structure(at: Int64(whole.count), .bytesAfterEnd)
        #expect(damage(whole) == nil)
        #expect(damage(whole, [0]) == defect)
        #expect(damage(whole + noise(70_000, seed: 4)) == defect)
        #expect(damage(unsummed, [0]) == nil)
        #expect(damage(whole.dropLast() + [0], [0]) == nil)
        #expect(damage(Array("not a dump at all".utf8)) == nil)
        #expect(damage(Self.faults[0].file, [0]) == nil)
    }
}
