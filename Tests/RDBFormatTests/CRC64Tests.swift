import RDBFormat
import Testing

@Suite struct CRC64Tests {
    /// One bit at a time, from the definition alone.
    private func reference(_ bytes: some Sequence<UInt8>) -> UInt64 {
        bytes.reduce(UInt64(0)) { crc, byte in
            (0..<8).reduce(crc ^ UInt64(byte)) { crc, _ in crc & 1 == 1 ? crc >> 1 ^ 0x95ac_9329_ac4b_c9b5 : crc >> 1 }
        }
    }

    @Test func hasThePublishedCheckValue() {
        #expect(crc(Array("123456789".utf8)) == 0xe9c6_d914_c4b8_d9ca)
    }

    @Test func isZeroOverNothing() {
        var sum = CRC64()
        sum.update(UnsafeRawBufferPointer(start: nil, count: 0))
        #expect(sum.value == 0)
    }

    @Test func agreesWithTheDefinitionAtEveryShortLengthAndAlignment() {
        let bytes = noise(96, seed: 1)
        let wrong = (0..<16).flatMap { start in (start...bytes.count).map { start..<$0 } }.filter { range in
            var sum = CRC64()
            bytes.withUnsafeBytes { sum.update(UnsafeRawBufferPointer(rebasing: $0[range])) }
            return sum.value != reference(bytes[range])
        }
        #expect(wrong.isEmpty)
    }

    @Test(arguments: [8191, 8192, 8193, 16_383, 16_384, 40_000, 100_003])
    func agreesWithTheDefinitionAtLengthsSummedSideBySide(length: Int) {
        let bytes = noise(length, seed: 2)
        #expect(crc(bytes) == reference(bytes))
    }

    @Test func doesNotDependOnHowUpdatesAreCut() {
        let bytes = noise(50_000, seed: 3)
        let whole = crc(bytes)
        let wrong = [0, 1, 7, 8, 9, 15, 16, 17, 8192, 33_000, 49_999, 50_000].filter { cut in
            var sum = CRC64()
            bytes.withUnsafeBytes { sum.update(UnsafeRawBufferPointer(rebasing: $0[..<cut])) }
            var rest = CRC64(continuing: sum.value)
            bytes.withUnsafeBytes { rest.update(UnsafeRawBufferPointer(rebasing: $0[cut...])) }
            return rest.value != whole
        }
        #expect(wrong.isEmpty)
    }

    @Test(arguments: [0, 1, 8, 9, 255, 256, 4095, 4999, 5000])
    func combinesTheSumsOfTwoParts(cut: Int) {
        let bytes = noise(5000, seed: 4)
        let combined = CRC64.combine(
            crc(bytes[..<cut]),
            crc(bytes[cut...]),
            lengthB: UInt64(bytes.count - cut)
        )
        #expect(combined == crc(bytes))
    }

    @Test func combinesAssociativelyAtLengthsNoTestCanSum() {
        let lengths: (UInt64, UInt64) = (1 << 45 + 12_345, 1 << 41 + 678)
        let leftFirst = CRC64.combine(CRC64.combine(3, 5, lengthB: lengths.0), 7, lengthB: lengths.1)
        let rightFirst = CRC64.combine(
            3,
            CRC64.combine(5, 7, lengthB: lengths.1),
            lengthB: lengths.0 + lengths.1
        )
        #expect(leftFirst == rightFirst)
    }
}
