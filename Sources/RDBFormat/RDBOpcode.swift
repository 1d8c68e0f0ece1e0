/// The record markers the envelope check needs; source: `rdb.h` of Redis 7.4.
enum RDBOpcode {
    /// A name and a value about the dump itself; since format version 7.
    static let aux: UInt8 = 0xfa
    /// The end of the records; only the checksum follows.
    static let endOfFile: UInt8 = 0xff
}
