/// How far a file vouches for its contents.
public enum RDBVerdict: Sendable, Hashable {
    /// The header and the end marker are in place and the checksum over all of it matches.
    ///
    /// Whatever ``RDBScan/structure`` says: a fault under a matching checksum is a vendor's format.
    case checksummed

    /// The header and the end marker are in place but the writer computed no checksum.
    ///
    /// So with `rdbchecksum no`, which stores eight zero bytes, and before format version 5, which ends
    /// at the marker. When ``RDBScan/structure`` is ``RDBStructure/complete`` every record is in place,
    /// but damage inside strings goes unseen; when it is ``RDBStructure/unknown(at:_:)``, so do damage after
    /// that place and a cut that happens to leave such an ending.
    case unchecksummed

    /// The file does not start like an RDB file: another format, or an encrypted backup.
    case notRDB

    /// The file starts like an RDB file and is damaged or incomplete.
    case corrupt(RDBDefect)
}

/// What is wrong with a file that starts like an RDB file.
public enum RDBDefect: Sendable, Hashable {
    /// The header is damaged: one of its bytes is wrong, or what stands behind a header stands behind what is no magic.
    case header

    /// The file ends before a header, an end marker and a checksum could fit; an empty file too.
    case tooShort

    /// The end marker is not where the length of the file puts it: cut off, or followed by other bytes.
    case missingEOF

    /// The record at byte offset `at` is impossible, or where other bytes follow the end, they begin there.
    case structure(at: Int64, RDBStructureFault)

    /// The checksum in the file, `expected`, is not the one its bytes have, `computed`.
    case checksumMismatch(expected: UInt64, computed: UInt64)
}
