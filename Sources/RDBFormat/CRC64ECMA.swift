/// The 64-bit checksum an object store gives for an object, in Tencent COS `x-cos-hash-crc64ecma`.
///
/// Known as CRC-64/XZ: polynomial 0x42f0e1eba9ea3693 of ECMA-182, input and output reflected, initial
/// value and final xor all ones; the check value of the nine bytes `123456789` is 0x995dc9bbdf1939fa.
/// Source: the catalogue of parametrised CRC algorithms (reveng), entry CRC-64/XZ. COS prints the value
/// as an unsigned decimal number.
///
/// The value depends only on the bytes, not on how they were cut into updates. The first use in a
/// process builds 32 KiB of tables, once; afterwards an instance is eight bytes and never allocates.
public struct CRC64ECMA: Sendable, Equatable {
    /// The checksum of every byte so far; 0 when there were none.
    public private(set) var value: UInt64

    /// Starts a checksum over no bytes, or goes on from the `value` of an earlier one.
    public init(continuing value: UInt64 = 0) {
        self.value = value
    }

    /// Adds bytes to the checksum; any number of them, at any alignment.
    public mutating func update(_ bytes: UnsafeRawBufferPointer) {
        value = ~CRC64Core.ecma.sum(~value, bytes)
    }

    /// Returns the checksum of A followed by B, given the checksums of the two parts.
    ///
    /// Gives the checksum of an object from those of its parts. The cost grows with the logarithm of
    /// `lengthB`: a few microseconds at most.
    ///
    /// - Parameters:
    ///   - crcA: The checksum of A alone.
    ///   - crcB: The checksum of B alone.
    ///   - lengthB: The number of bytes in B.
    public static func combine(_ crcA: UInt64, _ crcB: UInt64, lengthB: UInt64) -> UInt64 {
        // The all-ones values at both ends cancel out: B's own start, carried over B, meets A's end.
        CRC64Core.ecma.join(crcA, crcB, lengthB: lengthB)
    }
}
