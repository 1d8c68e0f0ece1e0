import CarrylessCRC
import Testing

@testable import RDBFormat

/// Carry-less multiplication against the tables, by every means of this processor; on one that has none
/// the tables are held against themselves.
@Suite struct CarrylessCRCTests {
    struct Polynomial: CustomTestStringConvertible {
        let testDescription: String
        /// Its bits reversed.
        let bits: UInt64

        static let all = [
            Polynomial(testDescription: "Jones", bits: 0x95ac_9329_ac4b_c9b5),
            Polynomial(testDescription: "ECMA-182", bits: 0xc96c_5795_d787_0f42),
        ]

        /// x to the power `exponent`, one multiplication by x after the other.
        func power(_ exponent: Int) -> UInt64 {
            (0..<exponent).reduce(1 << 63) { remainder, _ in
                remainder >> 1 ^ (remainder & 1 == 1 ? bits : 0)
            }
        }
    }

    static let means: [UInt32] = Array(0...carryless_crc_best_means().rawValue)

    private func core(_ polynomial: Polynomial, _ means: UInt32) -> CRC64Core {
        CRC64Core(polynomial: polynomial.bits, means: carryless_crc_means(rawValue: means))
    }

    private func tables(_ polynomial: Polynomial) -> CRC64Core {
        CRC64Core(polynomial: polynomial.bits, means: carryless_crc_none)
    }

    @Test(arguments: Polynomial.all, means)
    func agreesWithTheTablesAtEveryShortLengthAndAlignment(polynomial: Polynomial, means: UInt32) {
        let (core, tables) = (core(polynomial, means), tables(polynomial))
        let bytes = noise(64 + 1100, seed: 31)
        let lengths = Array(0...300) + [383, 384, 385, 511, 512, 513, 575, 576, 767, 768, 769, 1023, 1024, 1025, 1100]
        let wrong = bytes.withUnsafeBytes { bytes in
            (0..<64).flatMap { start in lengths.map { start..<start + $0 } }.filter { range in
                let part = UnsafeRawBufferPointer(rebasing: bytes[range])
                return core.sum(0x0123_4567_89ab_cdef, part) != tables.sum(0x0123_4567_89ab_cdef, part)
            }
        }
        #expect(wrong.isEmpty)
    }

    @Test(arguments: Polynomial.all, means)
    func doesNotDependOnRandomCutsOfALargeBuffer(polynomial: Polynomial, means: UInt32) {
        let (core, tables) = (core(polynomial, means), tables(polynomial))
        let bytes = noise(3_000_017, seed: 32)
        var random = Noise(seed: 33)
        bytes.withUnsafeBytes { bytes in
            let whole = tables.sum(0, bytes)
            #expect(core.sum(0, bytes) == whole)
            var (sum, place): (UInt64, Int) = (0, 0)
            while place < bytes.count {
                let limit = 1 << Int.random(in: 1...17, using: &random)
                let end = min(bytes.count, place + Int.random(in: 0..<limit, using: &random))
                sum = core.sum(sum, UnsafeRawBufferPointer(rebasing: bytes[place..<end]))
                place = end
            }
            #expect(sum == whole)
        }
    }

    @Test(arguments: [16, 64, 128, 256])
    func eachBlockIsMovedOnByPowersOfX(byteCount: Int) {
        let agree = Polynomial.all.map { polynomial in
            let folding = tables(polynomial).folding
            let constants = [
                16: folding.across_16, 64: folding.across_64, 128: folding.across_128, 256: folding.across_256,
            ]
            return constants[byteCount] ?? (0, 0)
                == (polynomial.power(8 * byteCount + 63), polynomial.power(8 * byteCount - 1))
        }
        #expect(agree == [true, true])
    }

    @Test(arguments: Polynomial.all)
    func theQuotientTimesThePolynomialIsXToThe128(polynomial: Polynomial) {
        let folding = tables(polynomial).folding
        // Highest powers first: 65 bits each, of which the constants leave out one or two.
        let quotient = (0..<64).map { folding.quotient >> $0 & 1 }
        let divisor = [1] + (0..<64).map { polynomial.bits >> $0 & 1 }
        var product = [UInt64](repeating: 0, count: 129)
        for (i, a) in quotient.enumerated() {
            for (j, b) in divisor.enumerated() {
                product[i + j] ^= a & b
            }
        }
        // The x^0 term of the quotient is whatever clears x^64; below that is the remainder.
        #expect(product[..<64] == ([1] + [UInt64](repeating: 0, count: 63))[...])
        #expect(folding.polynomial == polynomial.bits << 1)
    }

    /// `fold512`, `fold128` and `mu_p` of `crc_x86_clmul.h` in XZ Utils 5.4; `fold512` goes over four blocks.
    @Test func hasTheConstantsThatXZUtilsPublishes() {
        let folding = CRC64Core.ecma.folding
        #expect(folding.across_64 == (0x6ae3_efbb_9dd4_41f3, 0x081f_6054_a784_2df4))
        #expect(folding.across_16 == (0xe05d_d497_ca39_3ae4, 0xdabe_95af_c787_5f40))
        #expect(folding.quotient == 0x9c3e_466c_1729_63d5)
        #expect(folding.polynomial == 0x92d8_af2b_af0e_1e84)
    }
}
