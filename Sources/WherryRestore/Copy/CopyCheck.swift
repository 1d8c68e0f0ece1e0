import Crypto
import RDBFormat
import WherryCore

/// Digest, length and RDB check of a file's own bytes while they come out of a copy.
struct CopyCheck {
    private let artifact: Artifact
    private let name: String
    private var sum: ByteSum
    private var scanner = RDBScanner()

    /// - Parameter name: the file's, for messages.
    init(of artifact: Artifact, name: String) {
        self.artifact = artifact
        self.name = name
        sum = ByteSum(size: artifact.size, digest: artifact.sha256)
    }

    /// Takes the next bytes.
    ///
    /// - Throws: ``Failure`` when there are more than the file has, or what is behind the end of its dump.
    mutating func update(_ bytes: [UInt8]) throws {
        try bytes.withUnsafeBytes { bytes in
            try sum.update(bytes, of: name)
            scanner.update(bytes)
        }
    }

    /// The verdict on all bytes.
    ///
    /// - Throws: ``Failure`` of class `corrupt`: `restore.wrong-size`, `restore.wrong-digest`, `restore.rdb-damaged`.
    func finish() throws -> CopyFacts {
        let digest = try sum.finish(of: name)
        let scan = scanner.finish()
        if case .corrupt(let defect) = scan.verdict, !isVouchedFor(defect) {
            throw Failure(
                .corrupt,
                code: "restore.rdb-damaged",
                "\(name) is a damaged RDB file: \(Self.text(defect)).",
                remedy: CopyFacts.remedy
            )
        }
        return CopyFacts(
            position: artifact.position,
            size: ByteCount(sum.count),
            sha256: digest,
            isCompared: artifact.sha256 != nil,
            scan: scan
        )
    }

    /// Whether what looks like a damaged header is the file's own: not a dump, but encrypted where it was made.
    private func isVouchedFor(_ defect: RDBDefect) -> Bool { defect == .header && artifact.sha256 != nil }

    private static func text(_ defect: RDBDefect) -> String {
        switch defect {
        case .header: "its header is wrong"
        case .tooShort: "it is too short"
        case .missingEOF: "its end is missing"
        case .structure(let offset, .bytesAfterEnd): "it goes on after its end at byte \(offset)"
        case .structure(let offset, _): "the record at byte \(offset) cannot be"
        case .checksumMismatch: "its bytes do not fit its checksum"
        }
    }
}

/// Length and SHA-256 of bytes, and what they must be where that is known.
struct ByteSum {
    private let size: ByteCount?
    private let digest: WherryCore.SHA256Digest?
    private var hash = SHA256()
    private(set) var count: Int64 = 0

    init(size: ByteCount?, digest: WherryCore.SHA256Digest?) { (self.size, self.digest) = (size, digest) }

    /// - Throws: ``Failure`` `restore.wrong-size` as soon as there are too many.
    mutating func update(_ bytes: UnsafeRawBufferPointer, of name: String) throws {
        hash.update(bufferPointer: bytes)
        count += Int64(bytes.count)
        if let size, count > size.bytes { throw wrongSize(name, size, "more than \(size.bytes)") }
    }

    /// - Throws: ``Failure`` `restore.wrong-size`, `restore.wrong-digest`.
    func finish(of name: String) throws -> WherryCore.SHA256Digest {
        if let size, count != size.bytes { throw wrongSize(name, size, "\(count)") }
        guard let found = WherryCore.SHA256Digest(bytes: hash.finalize()) else {
            throw Failure(.internal, code: "transfer.digest", "The digest of \(name) has no 32 bytes.")
        }
        if let digest, digest != found {
            throw Failure(
                .corrupt,
                code: "restore.wrong-digest",
                "\(name) does not have the SHA-256 that was recorded when it was delivered.",
                remedy: CopyFacts.remedy
            )
        }
        return found
    }

    private func wrongSize(_ name: String, _ size: ByteCount, _ found: String) -> Failure {
        Failure(
            .corrupt,
            code: "restore.wrong-size",
            "\(name) has \(found) bytes where \(size.bytes) were recorded when it was delivered.",
            remedy: CopyFacts.remedy
        )
    }
}
