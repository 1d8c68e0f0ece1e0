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
        value = CRC64Core.jones.sum(value, bytes)
    }

    /// Adds one byte to the checksum.
    mutating func update(_ byte: UInt8) {
        value = CRC64Core.jones.sum(value, byte)
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
        CRC64Core.jones.join(crcA, crcB, lengthB: lengthB)
    }
}
