import Dispatch
import SystemPackage
import WherryCore
import WherryPluginKit

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// A running `local-disk` sink.
///
/// Files appear one by one under their final names, each verified; the manifest comes last, so where there is a manifest
/// the backup is complete.
struct LocalDiskSink: Sink {
    let root: String
    let template: PathTemplate
    let clock: any WallClock

    func check() async throws -> [Finding] { try await onDisk { [root] in DiskCheck(root: root).findings() } }

    func prepare(run: RunID, recovering: Bool) async throws {
        try await onDisk { [root] in
            try AtomicFile.makeFolder(root)
            if recovering { try LeftOvers.remove(below: root) }
        }
    }

    func deliver(_ backup: ResolvedBackup, using transfer: any Transfer) async throws -> Receipt {
        var artifacts: [Artifact] = []
        var folder = ""
        for file in backup.files {
            let path = root + "/" + template.path(of: file, in: backup)
            let place = FilePath(path).removingLastComponent().string
            if place != folder { try await onDisk { try AtomicFile.makeFolder(place) } }
            folder = place
            let fetched = try await transfer.fetch(file, to: FilePath(path))
            artifacts.append(
                Artifact(
                    position: file.file.position,
                    location: path,
                    size: fetched.size,
                    sha256: fetched.sha256,
                    rdb: fetched.rdb,
                    grade: fetched.grade,
                    stored: fetched.stored
                )
            )
        }
        let manifest = try Manifest(backup, artifacts: artifacts, root: root, deliveredAt: clock.now).encoded()
        let name = PathTemplate.safe(backup.backup.id.rawValue) + Manifest.suffix
        let path = (folder.isEmpty ? root : folder) + "/" + name
        try await transfer.keep(manifest, at: FilePath(path))
        return Receipt(outcome: .delivered, artifacts: artifacts)
    }

    func presence(of receipt: Receipt) async throws -> Presence {
        try await onDisk { [root] in StoredCopies(root: root).presence(of: receipt) }
    }

    func read(_ artifact: Artifact, to receive: @escaping @Sendable ([UInt8]) async throws -> Void) async throws {
        let file = try await onDisk { [root] in try StoredCopies(root: root).open(artifact) }
        defer { file.close() }
        while true {
            let bytes = try await onDisk { try file.next() }
            try Task.checkCancellation()
            if bytes.isEmpty { return }
            try await receive(bytes)
        }
    }

    func remove(_ receipt: Receipt) async throws {
        try await onDisk { [root] in try StoredCopies(root: root).remove(receipt) }
    }
}

/// Runs what waits for the disk on a thread that nobody else needs: a disk that hangs holds up its own sink alone.
private func onDisk<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value {
    try await withCheckedThrowingContinuation { continuation in
        DispatchQueue(label: "wherry.local-disk").async { continuation.resume(with: Result { try body() }) }
    }
}

/// What a process that died may have left below the root.
enum LeftOvers {
    /// How long what a transfer can go on with is kept, in seconds.
    static let patience = 3 * 86_400

    /// Removes every `.part` and `.tmp` file, but for those with a journal that some transfer may go on with.
    ///
    /// Symbolic links are not followed.
    static func remove(below folder: String) throws {
        guard let stream = opendir(folder) else { return }
        defer { closedir(stream) }
        while let entry = readdir(stream) {
            let name = withUnsafeBytes(of: entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name == "." || name == ".." { continue }
            let path = folder + "/" + name
            var status = stat()
            guard lstat(path, &status) == 0 else { continue }
            if status.st_mode & S_IFMT == S_IFDIR {
                try remove(below: path)
            } else if isLeftOver(path, name), unlink(path) != 0, errno != ENOENT {
                throw Failure(
                    .configuration,
                    code: "disk.not-writable",
                    "The leftover \(path) could not be removed: \(String(cString: strerror(errno))).",
                    remedy: "Give this user the right to write in its folder."
                )
            }
        }
    }
}

extension LeftOvers {
    private static func isLeftOver(_ path: String, _ name: String) -> Bool {
        if name.hasSuffix(".tmp") { return true }
        guard name.hasSuffix(".part") || name.hasSuffix(".part.journal") else { return false }
        var journal = stat()
        let isFresh =
            stat(name.hasSuffix(".part") ? path + ".journal" : path, &journal) == 0
            && Int(time(nil)) - Int(journal.st_mtim.tv_sec) < patience
        return !isFresh
    }
}

/// Whether the root can be written and has room.
struct DiskCheck {
    let root: String

    func findings() -> [Finding] {
        var folder = FilePath(root)
        var status = stat()
        while stat(folder.string, &status) != 0 {
            guard errno == ENOENT, folder.removeLastComponent(), !folder.isEmpty else {
                return [Finding(.error, "The folder \(root) cannot be reached.", remedy: "Set root: to another path.")]
            }
        }
        guard status.st_mode & S_IFMT == S_IFDIR else {
            return [Finding(.error, "\(folder.string) is not a folder.", remedy: "Set root: to another path.")]
        }
        guard access(folder.string, W_OK | X_OK) == 0 else {
            return [
                Finding(
                    .error,
                    "This user may not write in \(folder.string).",
                    remedy: "Change its owner, or set root: to another path."
                )
            ]
        }
        var space = statvfs()
        guard statvfs(folder.string, &space) == 0 else { return [Finding(.ok, "\(root) can be written.")] }
        let free = ByteCount(Int64(space.f_bavail) * Int64(space.f_frsize))
        if free < ByteCount(1 << 30) {
            return [Finding(.warning, "\(root) has only \(free) left.", remedy: "Free space on its disk.")]
        }
        return [Finding(.ok, "\(root) can be written; \(free) are free.")]
    }
}
