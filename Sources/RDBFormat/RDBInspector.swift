/// Checks the envelope of an RDB file while its bytes pass by: header, end marker and checksum.
///
/// Feed it every byte of the file in order, cut anywhere, then ask for the findings. It reads no
/// record except the leading AUX fields, so a file with a right checksum and senseless records
/// passes. Memory is constant, about 4 KiB; the cost per byte is that of ``CRC64``.
public struct RDBInspector: Sendable {
    /// How many bytes of AUX fields after the header are looked at.
    static let auxLimit = 4096

    /// The first version with a checksum, an unstable step of Redis 2.5.
    private static let firstChecksummedVersion = 5

    /// The start of the file, up to the header's length and `auxLimit`.
    private var start: [UInt8] = []
    /// Covers every byte except those in `trailer`.
    private var checksum = CRC64()
    private var trailer = RDBTrailer()

    /// The number of bytes so far.
    public private(set) var byteCount: Int64 = 0

    /// Starts an inspection at the first byte of a file.
    public init() {}

    /// The header; nil before the ninth byte, and for good when the file does not start with one.
    ///
    /// Asking costs a comparison of nine bytes; a caller may use it to give up early.
    public var header: RDBHeader? {
        start.withUnsafeBytes { RDBHeader($0) }
    }

    /// Takes in the next bytes of the file; none is fine.
    public mutating func update(_ bytes: UnsafeRawBufferPointer) {
        byteCount += Int64(bytes.count)
        let wanted = RDBHeader.byteCount + Self.auxLimit - start.count
        if wanted > 0 {
            start.append(contentsOf: bytes.prefix(wanted))
        }

        let bulk = bytes.count - RDBTrailer.capacity
        if bulk > 0 {
            while let byte = trailer.popOldest() {
                checksum.update(byte)
            }
            checksum.update(UnsafeRawBufferPointer(rebasing: bytes[..<bulk]))
        }
        for byte in bytes.suffix(RDBTrailer.capacity) {
            if let displaced = trailer.push(byte) {
                checksum.update(displaced)
            }
        }
    }

    /// Judges the bytes so far as a whole file.
    ///
    /// Changes nothing: more bytes may follow, and a later call judges the longer file.
    public func finish() -> RDBInspection {
        let header = header
        let aux = header.map { _ in RDBAuxFacts(parsing: start.dropFirst(RDBHeader.byteCount)) }
        return RDBInspection(
            header: header,
            aux: aux ?? RDBAuxFacts(),
            byteCount: byteCount,
            verdict: header.map(verdict) ?? verdictWithoutHeader
        )
    }

    // MARK: - Verdict

    private var verdictWithoutHeader: RDBVerdict {
        guard byteCount < RDBHeader.byteCount, start.withUnsafeBytes(RDBHeader.couldStart) else { return .notRDB }
        return .corrupt(.tooShort)
    }

    private func verdict(_ header: RDBHeader) -> RDBVerdict {
        guard hasChecksum(header) else {
            guard byteCount > RDBHeader.byteCount else { return .corrupt(.tooShort) }
            return trailer.last == RDBOpcode.endOfFile ? .unchecksummed : .corrupt(.missingEOF)
        }
        guard byteCount >= RDBHeader.byteCount + RDBTrailer.capacity else { return .corrupt(.tooShort) }
        guard trailer.ninthLast == RDBOpcode.endOfFile else { return .corrupt(.missingEOF) }

        let expected = trailer.checksum
        guard expected != 0 else { return .unchecksummed }
        var whole = checksum
        whole.update(trailer.ninthLast)
        let computed = whole.value
        return computed == expected ? .checksummed : .corrupt(.checksumMismatch(expected: expected, computed: computed))
    }

    /// Whether a file with this header ends in a checksum.
    ///
    /// A damaged version digit must not excuse a file from its checksum, so the old versions are
    /// believed only when nothing speaks against them: no server wrote version 0, and AUX fields came
    /// with version 7.
    private func hasChecksum(_ header: RDBHeader) -> Bool {
        switch header.family {
        case .valkey:
            true
        case .redis:
            header.version >= Self.firstChecksummedVersion || header.version == 0
                || start.dropFirst(RDBHeader.byteCount).first == RDBOpcode.aux
        }
    }
}
