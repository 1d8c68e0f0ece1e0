import Crypto
import RDBFormat
public import WherryCore
public import WherryPluginKit

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Takes snapshots into a depot: `wherry depot add`.
public struct DepotStore: Sendable {
    private let folder: String
    private let inventory: any Inventory
    private let clock: any WallClock
    private let random: @Sendable () -> UInt64

    /// A store.
    public init(
        folder: String,
        inventory: any Inventory,
        clock: any WallClock,
        random: @escaping @Sendable () -> UInt64
    ) {
        self.folder = folder
        self.inventory = inventory
        self.clock = clock
        self.random = random
    }

    /// Copies RDB files into the depot, verifies them while their bytes pass, and registers them as one backup.
    ///
    /// - Parameters:
    ///   - files: one file of a standalone instance, or every shard's of a cluster, in shard order.
    ///   - remark: a note for people; may be empty.
    /// - Returns: the new backup.
    /// - Throws: ``Failure`` of class `corrupt` when a file is no whole RDB file; nothing is registered then.
    public func add(
        _ files: [String],
        to instance: Instance.ID,
        name: String? = nil,
        kind: Backup.Kind = .manual,
        remark: String = ""
    ) async throws -> Backup {
        let known = try await inventory.instance(instance)
        let backupID = Backup.ID(rawValue: UUIDText.make(random(), random()))
        var copies: [SnapshotCopy] = []
        do {
            for (position, file) in files.enumerated() {
                let fileName = files.count == 1 ? "dump.rdb" : "shard-\(position).rdb"
                let path = DepotLayout.path(instance: instance, backup: backupID, file: fileName)
                copies.append(try SnapshotCopy(of: file, to: folder + "/" + path, as: fileName, position: position))
            }
        } catch {
            for copy in copies { unlink(copy.path) }
            throw error
        }
        let now = clock.now
        let startedAt = copies.compactMap(\.dumpedAt).min() ?? now
        let backup = Backup(
            id: backupID,
            instance: instance,
            startedAt: startedAt,
            endedAt: now,
            kind: kind,
            state: .available,
            remark: remark,
            size: ByteCount(copies.reduce(0) { $0 + $1.file.bytes })
        )
        let described = Instance(
            id: instance,
            name: name ?? known?.name ?? instance.rawValue,
            topology: files.count > 1 ? .cluster : .standalone,
            state: .running,
            engine: copies.compactMap(\.engine).first,
            createdAt: known?.createdAt ?? now
        )
        try await inventory.register(backup, of: described, files: copies.map(\.file))
        return backup
    }
}

extension BackupFile {
    fileprivate var bytes: Int64 { size?.bytes ?? 0 }
}

/// One file copied into the depot and found whole.
private struct SnapshotCopy {
    let path: String
    let file: BackupFile
    let engine: String?
    let dumpedAt: Timestamp?

    init(of original: String, to path: String, as name: String, position: Int) throws {
        self.path = path
        try AtomicFile.makeFolder(String(path[..<(path.lastIndex(of: "/") ?? path.endIndex)]))
        let part = path + ".part"
        let input = open(original, O_RDONLY | O_CLOEXEC)
        guard input >= 0 else { throw Self.failure(original, "read") }
        defer { close(input) }
        let output = open(part, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard output >= 0 else { throw Self.failure(part, "made") }
        do {
            defer { close(output) }
            var digest = SHA256()
            var scanner = RDBScanner()
            try Self.copy(input, output, original, part) { bytes in
                digest.update(bufferPointer: bytes)
                scanner.update(bytes)
            }
            let scan = scanner.finish()
            guard [.checksummed, .unchecksummed].contains(scan.verdict) else {
                throw Failure(
                    .corrupt,
                    code: "depot.not-rdb",
                    "\(original) is not a whole RDB file.",
                    remedy: "Make a new one: redis-cli --rdb FILE"
                )
            }
            guard fsync(output) == 0, rename(part, path) == 0 else { throw Self.failure(part, "published") }
            try AtomicFile.syncFolder(String(path[..<(path.lastIndex(of: "/") ?? path.endIndex)]))
            file = BackupFile(
                position: position,
                name: name,
                size: ByteCount(scan.byteCount),
                sha256: SHA256Digest(bytes: digest.finalize())
            )
            let family = scan.aux.engine ?? scan.header?.family ?? .redis
            engine = scan.aux.engineVersion.map { "\(family.rawValue) \($0)" }
            dumpedAt = scan.aux.createdAt.map { Timestamp(seconds: $0) }
        } catch {
            unlink(part)
            throw error
        }
    }

    private static func copy(
        _ input: Int32,
        _ output: Int32,
        _ original: String,
        _ part: String,
        _ body: (UnsafeRawBufferPointer) -> Void
    ) throws {
        try withUnsafeTemporaryAllocation(byteCount: 1 << 18, alignment: 16) { buffer in
            while true {
                let count = read(input, buffer.baseAddress, buffer.count)
                if count == 0 { return }
                if count < 0 {
                    if errno == EINTR { continue }
                    throw failure(original, "read")
                }
                body(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
                var done = 0
                while done < count {
                    let written = write(output, buffer.baseAddress?.advanced(by: done), count - done)
                    guard written >= 0 || errno == EINTR else { throw failure(part, "written") }
                    done += max(0, written)
                }
            }
        }
    }

    private static func failure(_ path: String, _ activity: String) -> Failure {
        let number = errno
        let failureClass: FailureClass =
            switch number {
            case ENOENT: .notFound
            case ENOSPC, EDQUOT: .exhausted
            default: .configuration
            }
        return Failure(
            failureClass,
            code: number == ENOENT ? "depot.no-file" : "disk.not-writable",
            "\(path) could not be \(activity): \(String(cString: strerror(number))).",
            remedy: number == ENOENT ? "Check the name." : "Check rights and room."
        )
    }
}

/// A random id in the form of the provider's backup ids (RFC 9562 version 4).
private enum UUIDText {
    static func make(_ high: UInt64, _ low: UInt64) -> String {
        func hex(_ value: UInt64) -> String {
            let digits = String(value, radix: 16)
            return String(repeating: "0", count: 16 - digits.count) + digits
        }
        let first = Array(hex(high & 0xFFFF_FFFF_FFFF_0FFF | 0x4000))
        let second = Array(hex(low & 0x3FFF_FFFF_FFFF_FFFF | 0x8000_0000_0000_0000))
        return [
            String(first[0..<8]), String(first[8..<12]), String(first[12..<16]), String(second[0..<4]),
            String(second[4..<16]),
        ]
        .joined(separator: "-")
    }
}
