/// The record markers that need a name of their own; source: `rdb.h` of Redis 7.4 and Valkey 9.0.
enum RDBOpcode {
    /// A name and a value about the dump itself; since format version 7.
    static let aux: UInt8 = 0xfa
    /// The end of the records; only the checksum follows.
    static let endOfFile: UInt8 = 0xff
    /// Bytes below are value types, the others opcodes.
    static let first: UInt8 = 0x80
}
