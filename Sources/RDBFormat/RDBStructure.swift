/// How far the records between header and end could be read.
public enum RDBStructure: Sendable, Hashable {
    /// There was no header, so nothing was read.
    case absent

    /// Every record was read and the file ends where the last one says.
    case complete

    /// The file ends inside a record, or before the end marker and its checksum.
    case cutOff

    /// From byte offset `at` on stands something this code does not know: a newer server, or a vendor's
    /// own format. No sign of damage; the rest was not read.
    case unknown(at: Int64, RDBUnknown)

    /// What stands at byte offset `at` is impossible in the format as known; the rest was not read.
    ///
    /// The offset is that of the smallest element that shows it; for a compressed string that unpacks to
    /// too little it is right behind the string, which may be the length of the file.
    case faulty(at: Int64, RDBStructureFault)
}

/// What stopped the reading without being wrong.
public enum RDBUnknown: Sendable, Hashable {
    /// A record marker, from 128 up, that is unknown or newer than the header's version.
    case opcode(UInt8)

    /// A value type, below 128, that is unknown or newer than the header's version; among them 6, the
    /// modules before Redis 4.0 was finished, whose length only the module knows.
    case valueType(UInt8)

    /// A kind of field in the data of a module.
    case moduleField(UInt64)

    /// A kind of element in an array.
    case arrayElement(UInt64)
}

/// What is wrong with a record.
public enum RDBStructureFault: Sendable, Hashable {
    /// A length starts with this byte, which encodes none here.
    case lengthEncoding(UInt8)

    /// A string starts with this byte, which encodes none.
    case stringEncoding(UInt8)

    /// A length or count beyond what any server holds, 1 TiB.
    case excessiveLength(UInt64)

    /// A compressed string does not unpack to its length.
    case compression

    /// A packed value contradicts its own header.
    case blob(RDBBlob)

    /// A list node is neither plain nor packed.
    case listNode(UInt64)

    /// Bytes follow the end of the records and their checksum.
    case bytesAfterEnd
}

/// The packed forms a small value is stored in; source: `ziplist.c`, `listpack.c`, `intset.c`, `zipmap.c`
/// and `rdb.c` of Redis 7.0.
public enum RDBBlob: String, Sendable, Hashable, CaseIterable {
    /// Up to Redis 6: length, offset of the last entry, entries, 0xff.
    case ziplist
    /// Since Redis 5: length, number of entries, entries, 0xff.
    case listpack
    /// Integers of one width.
    case intset
    /// Hashes of Redis 2.4: number of pairs, pairs, 0xff.
    case zipmap
    /// The id in front of a stream's listpack, sixteen bytes.
    case streamID
}
