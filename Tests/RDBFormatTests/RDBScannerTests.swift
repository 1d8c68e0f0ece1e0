import RDBFormat
import Testing

@Suite struct RDBScannerTests {
    private func isDetected(_ verdict: RDBVerdict) -> Bool {
        switch verdict {
        case .checksummed, .unchecksummed, .notRDB: false
        case .corrupt: true
        }
    }

    // MARK: - Whole files

    @Test(arguments: RDBFixture.checksummed)
    func acceptsRealDumps(name: String) throws {
        let bytes = try RDBFixture.bytes(name)
        let findings = scan(bytes)
        #expect(findings.verdict == .checksummed)
        #expect(findings.structure == .complete)
        #expect(findings.header == RDBHeader(family: .redis, version: 10))
        #expect(findings.byteCount == Int64(bytes.count))
    }

    @Test func gradesARealDumpWithoutChecksumLower() throws {
        let bytes = try RDBFixture.bytes("no-checksum")
        #expect(bytes.suffix(9) == [0xff, 0, 0, 0, 0, 0, 0, 0, 0])
        #expect(scan(bytes).verdict == .unchecksummed)
    }

    @Test(arguments: RDBHeaderTests.known)
    func gradesEveryVersionByItsChecksum(_ known: RDBHeaderTests.Known) {
        let body = Array(known.text.utf8) + [0xfe, 0, 0, 1, 0x6b, 1, 0x76]
        let hasChecksum = known.family == .valkey || known.version >= 5 || known.version == 0
        let file = hasChecksum ? sealed(body) : body + [0xff]
        #expect(scan(file).header == RDBHeader(family: known.family, version: known.version))
        #expect(scan(file).verdict == (hasChecksum ? .checksummed : .unchecksummed))
        #expect(isDetected(scan(file.dropLast()).verdict))
    }

    @Test func reportsBothSums() {
        let file = sealed(Array("REDIS0009".utf8))
        let expected = file.suffix(8).reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        let damaged = Array("REDIS0010".utf8) + file.dropFirst(9)
        #expect(
            scan(damaged).verdict
                == .corrupt(.checksumMismatch(expected: expected, computed: crc(damaged.dropLast(8))))
        )
    }

    @Test(arguments: [
        "", "R", "REDI", "REDIS", "REDIS001", "V", "VALKEY", "VALKEY08", "REDIS0010", "VALKEY080", "REDIS0003",
    ])
    func callsABareBeginningTooShort(text: String) {
        #expect(scan(Array(text.utf8)).verdict == .corrupt(.tooShort))
    }

    @Test(arguments: [
        "X", "REDIX", "REDISx", "VALKEYx", "REDIS001x", "REDIX001x", "REDIS 2026 in figures", "Salted__and more",
        "<?xml version=\"1.0\"?>",
    ])
    func callsOtherBeginningsNotRDB(text: String) {
        #expect(scan(Array(text.utf8)).verdict == .notRDB)
    }

    @Test(
        arguments: ["REDIS001x", "REDIX0010", "rEDIS0010", "VALKEY08:", "VALKEX080", "\0EDIS0011"],
        [0x00, 0x0E, 0xFA, 0xFE, 0xFF] as [UInt8]
    )
    func tellsADamagedHeaderFromAnotherFormat(text: String, next: UInt8) {
        #expect(scan(Array(text.utf8) + [next]).verdict == .corrupt(.header))
    }

    @Test(arguments: ["VALKEYNG1", "GARNET001", "KEYDB0100"])
    func takesTheMagicOfALaterServerForAnotherFormat(magic: String) {
        let first = [0xFA, 9] + Array("redis-ver".utf8) + [5] + Array("9.9.9".utf8)
        #expect(scan(Array(magic.utf8) + first).verdict == .notRDB)
    }

    @Test(arguments: RDBFixture.checksummed, [0..<9, 2..<9, 0..<5])
    func tellsALostHeaderByWhatFollowsIt(name: String, lost: Range<Int>) throws {
        var bytes = try RDBFixture.bytes(name)
        for place in lost { bytes[place] = 0 }
        #expect(scan(bytes).verdict == .corrupt(.header))
    }

    @Test(arguments: [1, 8, 9, 18, 5000])
    func callsRandomBytesNotRDB(length: Int) {
        let expected = RDBScan(
            header: nil,
            aux: RDBAuxFacts(),
            byteCount: Int64(length),
            verdict: .notRDB,
            structure: .absent,
            keys: RDBKeyCounts()
        )
        #expect(scan(noise(length, seed: 5)) == expected)
    }

    // MARK: - Cuts and damage

    @Test func doesNotDependOnWhereTheStreamIsCut() throws {
        let bytes = try RDBFixture.bytes("orders-1")
        let whole = scan(bytes)
        let wrong = (0...bytes.count).filter { scan([bytes[..<$0], bytes[$0...]]) != whole }
        #expect(wrong.isEmpty)
    }

    @Test(arguments: [1, 2, 3, 7, 8, 9, 10, 11, 17, 4096, 4105])
    func doesNotDependOnTheSizeOfPieces(size: Int) throws {
        let bytes = try RDBFixture.bytes("all-types")
        let pieces = stride(from: 0, to: bytes.count, by: size).map { bytes[$0..<min($0 + size, bytes.count)] }
        #expect(scan(pieces) == scan(bytes))
    }

    @Test func emptyPiecesChangeNothing() throws {
        let bytes = try RDBFixture.bytes("minimal")
        #expect(scan([[], bytes[..<50], [], bytes[50...], []]) == scan(bytes))
    }

    @Test func findsTenThousandFlippedBits() {
        let file = RDBSample.everything.file
        let missed = (0..<10_000).map { $0 * 7919 % (file.count * 8) }.filter { bit in
            var damaged = file
            damaged[bit / 8] ^= 1 << (bit % 8)
            return !isDetected(scan(damaged).verdict)
        }
        #expect(scan(file).verdict == .checksummed)
        #expect(missed.isEmpty)
    }

    @Test(arguments: ["all-types", "minimal", "orders-1", "sessions-shard-0"])
    func findsTruncationAtEveryLength(name: String) throws {
        let bytes = try RDBFixture.bytes(name)
        var scanner = RDBScanner()
        let missed = bytes.indices.filter { length in
            defer { bytes[length...length].withUnsafeBytes { scanner.update($0) } }
            return !isDetected(scanner.finish().verdict)
        }
        #expect(missed.isEmpty)
        #expect(scanner.finish().verdict == .checksummed)
    }

    @Test func findsBytesAfterTheEnd() throws {
        let bytes = try RDBFixture.bytes("minimal")
        let missed = (1...64).filter { !isDetected(scan(bytes + [UInt8](repeating: 0, count: $0)).verdict) }
        #expect(missed.isEmpty)
    }

    @Test func aDamagedVersionDoesNotExcuseFromTheChecksum() {
        let record: [UInt8] = [0xfa, 1, 0x61, 1, 0x62]
        let damaged = Array("REDIS0001".utf8) + record + [0xff, 1, 2, 3, 4, 5, 6, 7, 0xff]
        #expect(isDetected(scan(damaged).verdict))
    }

    // MARK: - While the stream runs

    @Test func knowsTheHeaderAtTheNinthByte() throws {
        let bytes = try RDBFixture.bytes("minimal")
        var scanner = RDBScanner()
        bytes[..<8].withUnsafeBytes { scanner.update($0) }
        #expect(scanner.header == nil)
        bytes[8..<9].withUnsafeBytes { scanner.update($0) }
        #expect(scanner.header == RDBHeader(family: .redis, version: 10))
        #expect(scanner.byteCount == 9)
    }

    @Test func finishingEarlyDisturbsNothing() throws {
        let bytes = try RDBFixture.bytes("minimal")
        var scanner = RDBScanner()
        bytes[..<60].withUnsafeBytes { scanner.update($0) }
        #expect(scanner.finish().verdict == .corrupt(.missingEOF))
        bytes[60...].withUnsafeBytes { scanner.update($0) }
        #expect(scanner.finish().verdict == .checksummed)
    }
}
