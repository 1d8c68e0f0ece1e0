import Crypto
import RDBFormat
import WherryCore
import WherryPluginKit

/// Digest and RDB check of a file while its bytes pass, so that nothing is read twice.
struct ContentCheck {
    private var sha256 = SHA256()
    private var scanner = RDBScanner()
    private var crc64: CRC64ECMA?
    private var head = TextHead()

    /// - Parameter withCRC64: whether to compute the checksum that COS declares, too.
    init(withCRC64: Bool = false) { crc64 = withCRC64 ? CRC64ECMA() : nil }

    /// How many bytes it took.
    private(set) var count: Int64 = 0

    /// The digest of the bytes so far; takes a few microseconds and changes nothing.
    var digestSoFar: WherryCore.SHA256Digest? { WherryCore.SHA256Digest(bytes: sha256.finalize()) }

    /// Takes the next bytes.
    mutating func update(_ bytes: UnsafeRawBufferPointer) {
        head.update(bytes)
        count += Int64(bytes.count)
        sha256.update(bufferPointer: bytes)
        scan(bytes)
        crc64?.update(bytes)
    }

    /// Scans what begins like a dump; the rest of anything else need not be looked at.
    private mutating func scan(_ bytes: UnsafeRawBufferPointer) {
        let missing = max(0, RDBHeader.vicinity - Int(scanner.byteCount))
        if missing > 0 { scanner.update(UnsafeRawBufferPointer(rebasing: bytes.prefix(missing))) }
        guard bytes.count > missing, scanner.header != nil else { return }
        scanner.update(UnsafeRawBufferPointer(rebasing: bytes.dropFirst(missing)))
    }

    /// The verdict on all bytes.
    ///
    /// - Parameter lengthIsProven: whether the server, or the provider, said how long the file is.
    /// - Throws: ``Failure`` of class `corrupt` when they are not what `file` must be.
    func finish(as file: BackupFile, crc64 declared: UInt64?, lengthIsProven: Bool) throws -> FetchedFile {
        let scan = scanner.finish()
        guard let digest = SHA256Digest(bytes: sha256.finalize()) else {
            throw Failure(.internal, code: "transfer.digest", "The digest has no 32 bytes.")
        }
        if let size = file.size, size.bytes != count {
            throw corrupt("transfer.wrong-size", "has \(count) bytes instead of \(size.bytes)", file)
        }
        if let declared, let crc64, crc64.value != declared {
            throw corrupt("transfer.wrong-checksum", "does not have the CRC-64 that its store declares", file)
        }
        if let expected = file.sha256, expected != digest {
            throw corrupt("transfer.wrong-digest", "does not have the SHA-256 that its source declares", file)
        }
        let grade = try grade(scan, file, isVouchedFor: file.sha256 != nil || declared != nil)
        guard lengthIsProven || grade >= .digest && grade != .envelope else {
            throw TransferNames(file: file.name).unprovenLength()
        }
        return FetchedFile(
            size: ByteCount(count),
            sha256: digest,
            rdb: scan.header.map { header in
                RDBFacts(
                    format: header.description,
                    engineVersion: scan.aux.engineVersion,
                    createdAt: scan.aux.createdAt.map { Timestamp(seconds: $0) },
                    keys: scan.structure == .complete ? KeyCounts(scan.keys) : nil
                )
            },
            grade: grade
        )
    }

    /// - Parameter isVouchedFor: whether the bytes have a digest or checksum that was declared for them.
    private func grade(_ scan: RDBScan, _ file: BackupFile, isVouchedFor: Bool) throws -> Grade {
        switch scan.verdict {
        case .checksummed: return .checksum
        case .unchecksummed: return .envelope
        // What looks like a damaged header is the object's own, then.
        case .corrupt(.header) where isVouchedFor: return file.sha256 == nil ? .complete : .digest
        case .notRDB:
            // An error page with status 200 and no telling type; where size or digest were announced, they have decided.
            if file.size == nil, file.sha256 == nil, count < 1 << 20, head.isMarkup {
                throw corrupt("transfer.error-page", "is a page of text instead of a backup", file)
            }
            return file.sha256 == nil ? .complete : .digest
        case .corrupt(let defect):
            let what =
                switch defect {
                case .header: "begins like an RDB file with a damaged header"
                case .tooShort: "is too short for an RDB file"
                case .missingEOF: "does not end like an RDB file"
                case .structure(_, .bytesAfterEnd): "goes on after the end of its dump"
                case .structure(let offset, _): "holds a record at byte \(offset) that cannot be"
                case .checksumMismatch: "does not fit the checksum inside it"
                }
            throw corrupt("transfer.rdb-damaged", what, file)
        }
    }

    private func corrupt(_ code: String, _ what: String, _ file: BackupFile) -> Failure {
        Failure(
            .corrupt,
            code: code,
            "The file \(file.name) \(what).",
            remedy: "It was thrown away; run again, and if it stays so ask the provider for a new backup."
        )
    }
}

/// The first bytes of a file, to tell a page of text from a backup: cipher text may begin with any byte, but does not go on
/// without control characters.
private struct TextHead {
    private var bytes: [UInt8] = []

    mutating func update(_ more: UnsafeRawBufferPointer) {
        if bytes.count < 512 { bytes += more.prefix(512 - bytes.count) }
    }

    /// Whether it is the beginning of XML, HTML or JSON.
    var isMarkup: Bool {
        guard bytes.first == UInt8(ascii: "<") || bytes.first == UInt8(ascii: "{") else { return false }
        return bytes.allSatisfy { $0 >= 0x20 && $0 != 0x7F || $0 == 0x09 || $0 == 0x0A || $0 == 0x0D }
    }
}

extension KeyCounts {
    fileprivate init(_ counts: RDBKeyCounts) {
        self.init(
            total: counts.total,
            expiring: counts.expiring,
            byType: Dictionary(counts.byKind.map { ($0.rawValue, $1) }) { first, _ in first }
        )
    }
}
