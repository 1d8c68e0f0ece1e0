import RDBFormat
import Testing

@Suite struct CRC64ECMATests {
    private func sum(_ bytes: some Collection<UInt8>, from start: UInt64 = 0) -> UInt64 {
        var crc = CRC64ECMA(continuing: start)
        Array(bytes).withUnsafeBytes { crc.update($0) }
        return crc.value
    }

    /// One bit at a time, from the definition alone.
    private func reference(_ bytes: some Sequence<UInt8>) -> UInt64 {
        var crc = UInt64.max
        for byte in bytes {
            crc ^= UInt64(byte)
            for _ in 0..<8 {
                crc = crc & 1 == 1 ? crc >> 1 ^ 0xc96c_5795_d787_0f42 : crc >> 1
            }
        }
        return ~crc
    }

    @Test func hasThePublishedCheckValue() {
        #expect(sum(Array("123456789".utf8)) == 0x995d_c9bb_df19_39fa)
    }

    @Test func isZeroOverNothing() {
        #expect(sum([]) == 0)
    }

    @Test(arguments: [1, 7, 8, 15, 16, 17, 8191, 8192, 16_400, 50_001])
    func agreesWithTheDefinition(length: Int) {
        let bytes = noise(length, seed: 12)
        #expect(sum(bytes) == reference(bytes))
    }

    @Test(arguments: [0, 1, 8, 8192, 19_999, 20_000])
    func continuesAndCombines(cut: Int) {
        let bytes = noise(20_000, seed: 13)
        let (head, tail) = (bytes[..<cut], bytes[cut...])
        #expect(sum(tail, from: sum(head)) == sum(bytes))
        #expect(CRC64ECMA.combine(sum(head), sum(tail), lengthB: UInt64(tail.count)) == sum(bytes))
    }
}
