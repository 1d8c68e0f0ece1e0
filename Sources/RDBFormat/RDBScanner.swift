/// Checks an RDB file while its bytes pass by: header, every record, end marker and checksum.
///
/// Feed it every byte of the file in order, cut anywhere, then ask for the findings; they do not depend
/// on the cuts. Knows the formats `REDIS0001` to `REDIS0014` and `VALKEY080`; later versions are read as
/// far as they have nothing new. Looks at lengths, encodings and the heads of packed values, not at the
/// values themselves. Memory is constant, about 5 KiB whatever the file declares; the cost is
/// that of ``CRC64`` and some nanoseconds for each string.
///
/// A matching checksum outranks everything: a record that seems impossible under it is a format this
/// code misunderstands, and the backup is not refused for that.
public struct RDBScanner: Sendable {
    /// How many bytes of AUX fields after the header are looked at.
    static let auxLimit = 4096

    /// How much is read and then summed at a time, so that the sum finds the bytes in the cache.
    private static let blockByteCount = 1 << 15

    /// The start of the file, up to the header's length and `auxLimit`.
    private var start: [UInt8] = []
    /// Covers every byte except those in `trailer`.
    private var checksum = CRC64()
    private var summedByteCount: Int64 = 0
    private var trailer = RDBTrailer()
    /// Nil before the ninth byte, and for good without a header.
    private var parser: RDBParser?
    /// The checksum up to and with the end marker the records lead to, once bytes follow it and its
    /// checksum.
    private var checksumAtEnd: UInt64?

    /// The number of bytes so far.
    public private(set) var byteCount: Int64 = 0

    /// Starts a scan at the first byte of a file.
    public init() {}

    /// The header; nil before the ninth byte, and for good when the file does not start with one.
    ///
    /// Asking costs a comparison of nine bytes; a caller may use it to give up early.
    public var header: RDBHeader? {
        start.withUnsafeBytes { RDBHeader($0) }
    }

    /// Damage that no further bytes can undo; nil as long as a good file might still come of it.
    ///
    /// So far that is one case: bytes behind a complete file, one whose records end in a matching
    /// checksum. A caller may poll it to stop an endless download; it costs nothing.
    public var damage: RDBDefect? {
        guard let parser, let end = parser.expectedByteCount, byteCount > end,
            let stored = parser.storedChecksum, stored != 0, stored == checksumAtEnd
        else { return nil }
        return .structure(at: end, .bytesAfterEnd)
    }

    /// The bytes of the file kept, and room for more.
    var retainedByteCount: Int { start.capacity + (parser?.carry.capacity ?? 0) }

    /// Takes in the next bytes of the file; none is fine.
    public mutating func update(_ bytes: UnsafeRawBufferPointer) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let block = rest.prefix(Self.blockByteCount)
            take(UnsafeRawBufferPointer(rebasing: block))
            rest = rest.dropFirst(block.count)
        }
    }

    /// Judges the bytes so far as a whole file.
    ///
    /// Changes nothing: more bytes may follow, and a later call judges the longer file.
    public func finish() -> RDBScan {
        let structure = parser?.structure(byteCount: byteCount) ?? .absent
        let aux = header.map { _ in RDBAuxFacts(parsing: start.dropFirst(RDBHeader.byteCount)) }
        return RDBScan(
            header: header,
            aux: aux ?? RDBAuxFacts(),
            byteCount: byteCount,
            verdict: header.map { verdict(envelope($0), structure) } ?? verdictWithoutHeader,
            structure: structure,
            keys: parser?.keys ?? RDBKeyCounts()
        )
    }

    // MARK: - Bytes

    private mutating func take(_ block: UnsafeRawBufferPointer) {
        let wanted = RDBHeader.byteCount + Self.auxLimit - start.count
        if wanted > 0 {
            start.append(contentsOf: block.prefix(wanted))
        }
        let isPastHeader = byteCount >= RDBHeader.byteCount
        if !isPastHeader, let header {
            parser = RDBParser(header)
        }
        let headerBytes = isPastHeader ? 0 : min(block.count, RDBHeader.byteCount - Int(byteCount))
        parser?.consume(UnsafeRawBufferPointer(rebasing: block[headerBytes...]))
        byteCount += Int64(block.count)
        sum(block)
    }

    /// Sums all bytes so far but the last nine, which may be the end marker and the checksum.
    private mutating func sum(_ block: UnsafeRawBufferPointer) {
        let bulk = block.count - RDBTrailer.capacity
        if bulk > 0 {
            while let byte = trailer.popOldest() {
                sum(byte)
            }
            sumBulk(UnsafeRawBufferPointer(rebasing: block[..<bulk]))
        }
        for byte in block.suffix(RDBTrailer.capacity) {
            if let displaced = trailer.push(byte) {
                sum(displaced)
            }
        }
    }

    private mutating func sum(_ byte: UInt8) {
        withUnsafeBytes(of: byte) { sumBulk($0) }
    }

    private mutating func sumBulk(_ bytes: UnsafeRawBufferPointer) {
        var rest = bytes
        if let end = parser?.end, end > summedByteCount, end - summedByteCount <= Int64(bytes.count) {
            let cut = Int(end - summedByteCount)
            checksum.update(UnsafeRawBufferPointer(rebasing: bytes[..<cut]))
            checksumAtEnd = checksum.value
            rest = UnsafeRawBufferPointer(rebasing: bytes[cut...])
        }
        checksum.update(rest)
        summedByteCount += Int64(bytes.count)
    }

    // MARK: - Verdict

    private var verdictWithoutHeader: RDBVerdict {
        if byteCount < RDBHeader.byteCount, start.withUnsafeBytes(RDBHeader.couldStart) { return .corrupt(.tooShort) }
        return start.withUnsafeBytes(RDBHeader.isDamaged) ? .corrupt(.header) : .notRDB
    }

    /// What header, end marker and checksum say, whatever stands in between.
    private func envelope(_ header: RDBHeader) -> RDBVerdict {
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

    /// The verdict of the envelope, and where it has no matching checksum, of the records too.
    private func verdict(_ envelope: RDBVerdict, _ structure: RDBStructure) -> RDBVerdict {
        if let damage { return .corrupt(damage) }
        switch (envelope, structure) {
        case (.checksummed, _), (.notRDB, _), (.corrupt(.tooShort), _): return envelope
        // Where the file goes on after its end, the envelope looked in the wrong place.
        case (_, .faulty(let offset, .bytesAfterEnd)): return .corrupt(.structure(at: offset, .bytesAfterEnd))
        case (.corrupt(.checksumMismatch), _): return envelope
        case (_, .faulty(let offset, let fault)): return .corrupt(.structure(at: offset, fault))
        case (_, .cutOff): return .corrupt(.missingEOF)
        case (_, .complete), (_, .unknown), (_, .absent): return envelope
        }
    }

    /// Whether a file with this header ends in a checksum.
    ///
    /// A damaged version digit must not excuse a file from its checksum, so the old versions are
    /// believed only when nothing speaks against them: no server wrote version 0, and AUX fields came
    /// with version 7.
    private func hasChecksum(_ header: RDBHeader) -> Bool {
        header.declaresChecksum || start.dropFirst(RDBHeader.byteCount).first == RDBOpcode.aux
    }
}
