import Crypto
import RDBFormat
import WherryCore

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// One file of a backup while its bytes come in: written, hashed and scanned in one pass, under a name that nobody serves.
///
/// Not `Sendable`: it belongs to the task that fills it. Whoever made its folder removes it when something fails.
final class StagedFile {
    private let path: String
    private let origin: String
    private let descriptor: Int32
    private var digest = SHA256()
    private var scanner = RDBScanner()

    /// Makes the file, mode 0600, or empties one that is there.
    ///
    /// - Parameter origin: where the bytes come from, for people.
    /// - Throws: ``Failure`` of class `exhausted` or `configuration`.
    init(_ path: String, from origin: String) throws {
        self.path = path
        self.origin = origin
        descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else { throw DepotFiles.failure(path, "made") }
    }

    deinit { close(descriptor) }

    /// Writes the next bytes.
    ///
    /// - Throws: ``Failure`` of class `exhausted` or `configuration`; `depot.not-rdb` of class `corrupt` when there is more
    ///   behind the end of a whole RDB file.
    func append(_ bytes: UnsafeRawBufferPointer) throws {
        digest.update(bufferPointer: bytes)
        scanner.update(bytes)
        if scanner.damage != nil { throw notRDB("goes on behind its end") }
        var rest = bytes
        while !rest.isEmpty {
            let count = write(descriptor, rest.baseAddress, rest.count)
            guard count >= 0 || errno == EINTR else { throw DepotFiles.failure(path, "written") }
            rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst(max(0, count)))
        }
    }

    /// Judges the bytes as a whole file and makes them durable.
    ///
    /// - Throws: ``Failure`` `depot.not-rdb` of class `corrupt`, or of class `exhausted` or `configuration`.
    func finish() throws -> StagedPart {
        let scan = scanner.finish()
        let isWhole = [.checksummed, .unchecksummed].contains(scan.verdict)
        guard isWhole, let sha256 = WherryCore.SHA256Digest(bytes: digest.finalize()) else {
            throw notRDB("is not a whole RDB file")
        }
        guard fsync(descriptor) == 0 else { throw DepotFiles.failure(path, "synced") }
        let family = scan.aux.engine ?? scan.header?.family ?? .redis
        return StagedPart(
            path: path,
            size: ByteCount(scan.byteCount),
            sha256: sha256,
            engine: scan.aux.engineVersion.map { "\(family.rawValue) \($0)" },
            dumpedAt: scan.aux.createdAt.map { Timestamp(seconds: $0) },
            keys: scan.keys.total
        )
    }

    private func notRDB(_ fault: String) -> Failure {
        Failure(
            .corrupt,
            code: "depot.not-rdb",
            "\(origin) \(fault).",
            remedy: "Make a new one: wherry depot snapshot, or redis-cli --rdb FILE."
        )
    }
}
