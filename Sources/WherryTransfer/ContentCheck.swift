import Crypto
import RDBFormat
import WherryCore
import WherryPluginKit

/// Digest and RDB check of a file while its bytes pass, so that nothing is read twice.
struct ContentCheck {
    private var sha256 = SHA256()
    private var inspector = RDBInspector()
    private var firstByte: UInt8?

    /// Takes the next bytes.
    mutating func update(_ bytes: UnsafeRawBufferPointer) {
        if firstByte == nil { firstByte = bytes.first }
        sha256.update(bufferPointer: bytes)
        inspector.update(bytes)
    }

    /// The verdict on all bytes.
    ///
    /// - Throws: ``Failure`` of class `corrupt` when they are not what `file` must be.
    func finish(as file: BackupFile) throws -> FetchedFile {
        let inspection = inspector.finish()
        guard let digest = SHA256Digest(bytes: sha256.finalize()) else {
            throw Failure(.internal, code: "transfer.digest", "The digest has no 32 bytes.")
        }
        if let size = file.size, size.bytes != inspection.byteCount {
            throw corrupt("transfer.wrong-size", "has \(inspection.byteCount) bytes instead of \(size.bytes)", file)
        }
        if let expected = file.sha256, expected != digest {
            throw corrupt("transfer.wrong-digest", "does not have the SHA-256 that its source declares", file)
        }
        let grade = try grade(inspection, file)
        return FetchedFile(
            size: ByteCount(inspection.byteCount),
            sha256: digest,
            rdb: inspection.header.map { header in
                RDBFacts(
                    format: header.description,
                    engineVersion: inspection.aux.engineVersion,
                    createdAt: inspection.aux.createdAt.map { Timestamp(seconds: $0) }
                )
            },
            grade: grade
        )
    }

    private func grade(_ inspection: RDBInspection, _ file: BackupFile) throws -> Grade {
        switch inspection.verdict {
        case .checksummed: return .checksum
        case .unchecksummed: return .envelope
        case .notRDB:
            // An error page with status 200 and no telling type; no RDB file and no cipher text starts like this.
            if inspection.byteCount < 1 << 20, firstByte == UInt8(ascii: "<") || firstByte == UInt8(ascii: "{") {
                throw corrupt("transfer.error-page", "is a page of text instead of a backup", file)
            }
            return file.sha256 == nil ? .complete : .digest
        case .corrupt(let defect):
            let what =
                switch defect {
                case .tooShort: "is too short for an RDB file"
                case .missingEOF: "does not end like an RDB file"
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
