/// The 64-bit checksum that ends an RDB file: CRC-64 with the Jones polynomial.
///
/// Parameters: polynomial 0xad93d23594c935a9, input and output reflected, initial value 0, no final
/// xor; the check value of the nine bytes `123456789` is 0xe9c6d914c4b8d9ca. Source: `crc64.c` of
/// Redis 7.0. (A comment in that file gives an all-ones initial value; the code starts from 0.)
///
/// The value depends only on the bytes, not on how they were cut into updates. The first use in a
/// process builds 32 KiB of tables, once; afterwards an instance is eight bytes and never allocates.
public struct CRC64: Sendable, Equatable {
    /// The checksum of every byte so far; 0 when there were none.
    public private(set) var value: UInt64

    /// Starts a checksum over no bytes, or goes on from the `value` of an earlier one.
    public init(continuing value: UInt64 = 0) {
        self.value = value
    }

    /// Adds bytes to the checksum; any number of them, at any alignment.
    public mutating func update(_ bytes: UnsafeRawBufferPointer) {
        guard var next = bytes.baseAddress else { return }
        var left = bytes.count
        var crc = value
        Self.tables.withUnsafeBufferPointer { buffer in
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
                crc = Self.multiply(crc, Self.stretchPower) ^ ahead
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
        value = crc
    }

    /// Adds one byte to the checksum.
    mutating func update(_ byte: UInt8) {
        let index = UInt8(truncatingIfNeeded: value) ^ byte
        value = Self.tables[Int(index)] ^ (value &>> 8)
    }

    /// Returns the checksum of A followed by B, given the checksums of the two parts.
    ///
    /// Lets parts of a file be summed in parallel. The cost grows with the logarithm of `lengthB`:
    /// a few microseconds at most.
    ///
    /// - Parameters:
    ///   - crcA: The checksum of A alone.
    ///   - crcB: The checksum of B alone, started from 0.
    ///   - lengthB: The number of bytes in B.
    public static func combine(_ crcA: UInt64, _ crcB: UInt64, lengthB: UInt64) -> UInt64 {
        // Right because the initial value and the final xor are 0.
        multiply(crcA, power(byteCount: lengthB)) ^ crcB
    }

    // MARK: - Arithmetic

    /// The polynomial with its bits reversed, as the reflected algorithm needs it.
    private static let polynomial: UInt64 = 0x95ac_9329_ac4b_c9b5

    /// Sixteen tables of 256 entries; entry `i` of table `n` is the remainder of byte `i` followed by
    /// `n` zero bytes.
    private static let tables: [UInt64] = {
        var tables = [UInt64](repeating: 0, count: 16 * 256)
        for index in 0..<256 {
            var remainder = UInt64(index)
            for _ in 0..<8 {
                remainder = timesX(remainder)
            }
            tables[index] = remainder
        }
        for index in 256..<tables.count {
            let previous = tables[index - 256]
            tables[index] = tables[Int(previous & 0xff)] ^ (previous >> 8)
        }
        return tables
    }()

    /// The bytes summed side by side with as many others, a multiple of 16.
    private static let stretch = 4096

    /// What appending one stretch multiplies a remainder by.
    private static let stretchPower = power(byteCount: UInt64(stretch))

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

    /// Multiplies a reflected remainder by x.
    @inline(__always)
    private static func timesX(_ remainder: UInt64) -> UInt64 {
        remainder & 1 == 1 ? (remainder &>> 1) ^ polynomial : remainder &>> 1
    }

    /// Multiplies two reflected remainders; the coefficient of x^0 is the top bit.
    private static func multiply(_ left: UInt64, _ right: UInt64) -> UInt64 {
        var product: UInt64 = 0
        var factor = left
        var term = right
        for _ in 0..<64 {
            product ^= term & (0 &- (factor &>> 63))
            factor &<<= 1
            term = timesX(term)
        }
        return product
    }

    /// x to the power 8 * `byteCount`: what appending that many bytes multiplies a remainder by.
    private static func power(byteCount: UInt64) -> UInt64 {
        var result: UInt64 = 1 << 63
        var square: UInt64 = 1 << 55  // x^8
        var remaining = byteCount
        while remaining != 0 {
            if remaining & 1 == 1 {
                result = multiply(result, square)
            }
            square = multiply(square, square)
            remaining &>>= 1
        }
        return result
    }
}
