import CarrylessCRC

/// The arithmetic of one reflected 64-bit CRC: tables, bulk sums and joining sums.
///
/// Knows neither initial value nor final xor; ``CRC64`` and ``CRC64ECMA`` add theirs. Many bytes at once
/// are summed by carry-less multiplication where the processor has it, the others by tables. The tables
/// of a polynomial take 32 KiB and are built once in a process, at its first use.
struct CRC64Core: Sendable {
    /// The Jones polynomial 0xad93d23594c935a9 with its bits reversed; source: `crc64.c` of Redis 7.0.
    static let jones = CRC64Core(polynomial: 0x95ac_9329_ac4b_c9b5)

    /// The polynomial of ECMA-182, 0x42f0e1eba9ea3693, with its bits reversed.
    static let ecma = CRC64Core(polynomial: 0xc96c_5795_d787_0f42)

    /// The polynomial with its bits reversed, as the reflected algorithm needs it.
    let polynomial: UInt64

    /// Sixteen tables of 256 entries; entry `i` of table `n` is the remainder of byte `i` followed by
    /// `n` zero bytes.
    private let tables: [UInt64]

    /// How many bytes at once are summed.
    private let means: carryless_crc_means

    /// What that needs.
    let folding: carryless_crc_constants

    /// Below this many bytes the tables are as fast.
    private static let foldingMinimum = 64

    /// What appending one stretch multiplies a remainder by.
    private let stretchPower: UInt64

    /// The bytes summed side by side with as many others, a multiple of 16.
    private static let stretch = 4096

    /// Builds the tables of `polynomial`.
    ///
    /// - Parameters:
    ///   - polynomial: Its bits reversed, without x^64.
    ///   - means: How to sum many bytes; no faster than the processor can.
    init(polynomial: UInt64, means: carryless_crc_means = carryless_crc_best_means()) {
        var tables = [UInt64](repeating: 0, count: 16 * 256)
        for index in 0..<256 {
            var remainder = UInt64(index)
            for _ in 0..<8 {
                remainder = Self.timesX(remainder, polynomial)
            }
            tables[index] = remainder
        }
        for index in 256..<tables.count {
            let previous = tables[index - 256]
            tables[index] = tables[Int(previous & 0xff)] ^ (previous >> 8)
        }
        self.polynomial = polynomial
        self.tables = tables
        self.means = means
        folding = Self.folding(polynomial)
        stretchPower = Self.power(byteCount: UInt64(Self.stretch), polynomial)
    }

    /// The remainder `crc` after some more bytes; any number of them, at any alignment.
    func sum(_ start: UInt64, _ bytes: UnsafeRawBufferPointer) -> UInt64 {
        guard var next = bytes.baseAddress else { return start }
        var left = bytes.count
        var crc = start
        if means != carryless_crc_none, left >= Self.foldingMinimum {
            let blocks = left & ~15
            crc = withUnsafePointer(to: folding) { carryless_crc_fold(means, $0, crc, next, blocks) }
            next += blocks
            left &-= blocks
        }
        tables.withUnsafeBufferPointer { buffer in
            guard let tables = buffer.baseAddress else { return }
            // Each step waits for the one before, so one sum alone leaves the processor half idle; two
            // neighboring stretches are summed side by side and joined.
            while left >= 2 &* Self.stretch {
                var ahead: UInt64 = 0
                let end = next + Self.stretch
                while next < end {
                    crc = Self.step(crc, next, tables)
                    ahead = Self.step(ahead, next + Self.stretch, tables)
                    next += 16
                }
                crc = multiply(crc, stretchPower) ^ ahead
                next += Self.stretch
                left &-= 2 &* Self.stretch
            }
            while left >= 16 {
                crc = Self.step(crc, next, tables)
                next += 16
                left &-= 16
            }
            if left >= 8 {
                crc = Self.fold(crc ^ UInt64(littleEndian: next.loadUnaligned(as: UInt64.self)), tables)
                next += 8
                left &-= 8
            }
            while left > 0 {
                let byte = UInt64(next.load(as: UInt8.self))
                crc = tables[Int(truncatingIfNeeded: (crc ^ byte) & 0xff)] ^ (crc &>> 8)
                next += 1
                left &-= 1
            }
        }
        return crc
    }

    /// The remainder `crc` after one more byte.
    func sum(_ crc: UInt64, _ byte: UInt8) -> UInt64 {
        tables[Int(UInt8(truncatingIfNeeded: crc) ^ byte)] ^ (crc &>> 8)
    }

    /// The remainder of A followed by B, from the remainder of A and that of B alone, started from 0.
    func join(_ crcA: UInt64, _ crcB: UInt64, lengthB: UInt64) -> UInt64 {
        multiply(crcA, Self.power(byteCount: lengthB, polynomial)) ^ crcB
    }

    // MARK: - Steps

    /// Adds the sixteen bytes at `bytes` to `crc`.
    @inline(__always)
    private static func step(_ crc: UInt64, _ bytes: UnsafeRawPointer, _ tables: UnsafePointer<UInt64>) -> UInt64 {
        let low = crc ^ UInt64(littleEndian: bytes.loadUnaligned(as: UInt64.self))
        let high = UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
        return fold(low, tables + 8 &* 256) ^ fold(high, tables)
    }

    /// Looks up eight bytes in the eight tables from `tables` on; the first byte has the farthest to go.
    @inline(__always)
    private static func fold(_ word: UInt64, _ tables: UnsafePointer<UInt64>) -> UInt64 {
        let a = tables[7 &* 256 &+ Int(truncatingIfNeeded: word & 0xff)]
        let b = tables[6 &* 256 &+ Int(truncatingIfNeeded: (word &>> 8) & 0xff)]
        let c = tables[5 &* 256 &+ Int(truncatingIfNeeded: (word &>> 16) & 0xff)]
        let d = tables[4 &* 256 &+ Int(truncatingIfNeeded: (word &>> 24) & 0xff)]
        let e = tables[3 &* 256 &+ Int(truncatingIfNeeded: (word &>> 32) & 0xff)]
        let f = tables[2 &* 256 &+ Int(truncatingIfNeeded: (word &>> 40) & 0xff)]
        let g = tables[256 &+ Int(truncatingIfNeeded: (word &>> 48) & 0xff)]
        let h = tables[Int(truncatingIfNeeded: word &>> 56)]
        return ((a ^ b) ^ (c ^ d)) ^ ((e ^ f) ^ (g ^ h))
    }

    // MARK: - Polynomials

    /// Multiplies two reflected remainders; the coefficient of x^0 is the top bit.
    private func multiply(_ left: UInt64, _ right: UInt64) -> UInt64 {
        Self.multiply(left, right, polynomial)
    }

    private static func multiply(_ left: UInt64, _ right: UInt64, _ polynomial: UInt64) -> UInt64 {
        var product: UInt64 = 0
        var factor = left
        var term = right
        for _ in 0..<64 {
            product ^= term & (0 &- (factor &>> 63))
            factor &<<= 1
            term = timesX(term, polynomial)
        }
        return product
    }

    @inline(__always)
    private static func timesX(_ remainder: UInt64, _ polynomial: UInt64) -> UInt64 {
        (remainder &>> 1) ^ (polynomial & (0 &- (remainder & 1)))
    }

    /// x to the power 8 * `byteCount`: what appending that many bytes multiplies a remainder by.
    private static func power(byteCount: UInt64, _ polynomial: UInt64) -> UInt64 {
        power(of: 1 << 55, byteCount, polynomial)
    }

    /// x to the power `exponent`.
    private static func power(ofX exponent: UInt64, _ polynomial: UInt64) -> UInt64 {
        power(of: 1 << 62, exponent, polynomial)
    }

    private static func power(of base: UInt64, _ exponent: UInt64, _ polynomial: UInt64) -> UInt64 {
        var result: UInt64 = 1 << 63
        var square = base
        var remaining = exponent
        while remaining != 0 {
            if remaining & 1 == 1 {
                result = multiply(result, square, polynomial)
            }
            square = multiply(square, square, polynomial)
            remaining &>>= 1
        }
        return result
    }

    // MARK: - Folding

    /// What ``carryless_crc_fold`` needs; its header says what each number is.
    private static func folding(_ polynomial: UInt64) -> carryless_crc_constants {
        func across(_ byteCount: UInt64) -> (UInt64, UInt64) {
            (power(ofX: 8 * byteCount + 63, polynomial), power(ofX: 8 * byteCount - 1, polynomial))
        }
        return carryless_crc_constants(
            across_16: across(16),
            across_64: across(64),
            across_128: across(128),
            across_256: across(256),
            quotient: quotient(polynomial),
            polynomial: polynomial << 1
        )
    }

    /// x^128 divided by the polynomial, without its x^0 term; the coefficient of x^64 is the lowest bit.
    private static func quotient(_ polynomial: UInt64) -> UInt64 {
        var quotient: UInt64 = 1
        var remainder = polynomial  // x^64, once the polynomial was taken off
        for bit in 1..<64 {
            quotient |= (remainder & 1) << bit
            remainder = timesX(remainder, polynomial)
        }
        return quotient
    }
}
