import RDBFormat
import Testing

@Suite struct RDBFormatsTests {
    static let samples = RDBSample.opcodes + RDBSample.types + [RDBSample.everything]

    /// Files that stop the reading without being wrong.
    static let unknown: [(RDBSample, RDBUnknown)] =
        [
            (RDBSample("modules before 4.0", "REDIS0008", [6]), .valueType(6)),
            (RDBSample("unused type", "REDIS0011", [8]), .valueType(8)),
            (RDBSample("hash template", "REDIS0014", [29]), .valueType(29)),
            (RDBSample("path hash", "VALKEY081", [23]), .valueType(23)),
            (RDBSample("far future type", "REDIS0099", [100]), .valueType(100)),
            (RDBSample("UPDATE", "VALKEY081", [0xf2]), .opcode(0xf2)),
            (RDBSample("vendor opcode", "REDIS0011", [0x90]), .opcode(0x90)),
            (RDBSample("KEY_META too early", "REDIS0012", [0xf3]), .opcode(0xf3)),
            (RDBSample("stream_3 too early", "REDIS0010", [21]), .valueType(21)),
            (RDBSample("module field", "REDIS0009", [7] + RDBWire.string("k") + [1, 6]), .moduleField(6)),
            (RDBSample("array element", "REDIS0014", [28] + RDBWire.string("k") + [1, 0, 0, 4]), .arrayElement(4)),
        ] + (24...28).map { (RDBSample("VALKEY080 type \($0)", "VALKEY080", [$0]), .valueType($0)) }

    @Test(arguments: samples)
    func readsEveryRecord(_ sample: RDBSample) {
        let findings = scan(sample.file)
        #expect(findings.structure == .complete)
        #expect(findings.verdict == (sample.hasChecksum ? .checksummed : .unchecksummed))
        #expect(findings.keys.byKind == sample.kinds)
        #expect(findings.keys.total == sample.kinds.values.reduce(0, +))
    }

    @Test(arguments: samples)
    func readsEveryRecordWithoutChecksum(_ sample: RDBSample) {
        #expect(scan(sample.fileWithoutChecksum).structure == .complete)
        #expect(scan(sample.fileWithoutChecksum).verdict == .unchecksummed)
    }

    @Test(arguments: samples)
    func readsTheSameByteByByte(_ sample: RDBSample) {
        let file = sample.fileWithoutChecksum
        #expect(scan(file.map(CollectionOfOne.init)) == scan(file))
    }

    @Test(arguments: RDBSample.types)
    func findsEveryCutWithoutHelpFromTheChecksum(_ sample: RDBSample) {
        // A cut dressed up as a whole file; only the record can tell.
        let missed = (RDBHeader.byteCount + 1..<sample.beginning.count).filter { cut in
            let file = sample.beginning[..<cut] + sample.endWithoutChecksum
            return scan(file).verdict == .unchecksummed
        }
        #expect(missed.isEmpty)
    }

    @Test(arguments: unknown)
    func unknownRecordsAreNoDamage(_ sample: RDBSample, reason: RDBUnknown) throws {
        let findings = scan(sample.file)
        #expect(findings.verdict == .checksummed)
        #expect(scan(sample.fileWithoutChecksum).verdict == .unchecksummed)
        #expect(scan(sample.file.dropLast()).verdict == .corrupt(.missingEOF))
        guard case .unknown(let offset, reason) = findings.structure else {
            Issue.record("\(findings.structure)")
            return
        }
        #expect((9..<Int64(sample.file.count)).contains(offset))
        #expect(scan(sample.file.map(CollectionOfOne.init)) == findings)
    }

    @Test func countsHashesWhoseFieldsExpire() {
        let value = [UInt8](repeating: 1, count: 8) + RDBWire.string(RDBWire.listpack())
        let records = [0xfe, 0] + RDBSample.key(25, value) + RDBSample.key(16, RDBWire.string(RDBWire.listpack()))
        let findings = scan(RDBSample("", "REDIS0012", records).file)
        #expect(findings.structure == .complete)
        #expect(findings.keys.total == 2)
        #expect(findings.keys.volatileHashes == 1)
        #expect(findings.keys.byKind == [.hash: 2])
    }

    @Test func countsExpiriesDatabasesAndFunctions() {
        let expiring = [0xfc] + [UInt8](repeating: 1, count: 8) + RDBSample.key(0, [0])
        let plain = RDBSample.key(4, [0])
        let function = [0xf5] + RDBWire.string("code")
        let records = function + function + [0xfe, 0] + expiring + plain + [0xfe, 3] + plain + expiring + expiring
        let keys = scan(RDBSample("", "REDIS0010", records).file).keys
        #expect(keys.total == 5)
        #expect(keys.expiring == 3)
        #expect(keys.databases == 2)
        #expect(keys.highestDatabase == 3)
        #expect(keys.functions == 2)
        #expect(keys.byKind == [.string: 3, .hash: 2])
    }
}
