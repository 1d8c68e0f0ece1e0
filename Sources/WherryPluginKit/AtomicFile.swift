import SystemPackage
import WherryCore

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Small files that are there whole or not at all, and folders that only their owner sees.
public enum AtomicFile {
    /// Writes `bytes` to `path`: beside it, fsynced, renamed over it, folder fsynced.
    ///
    /// - Parameter mode: the rights of the file, e.g. `0o600`.
    /// - Throws: ``Failure`` of class `exhausted` or `configuration`.
    public static func write(_ bytes: [UInt8], to path: String, mode: UInt32 = 0o600) throws {
        let temporary = path + ".tmp"
        let descriptor = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, mode)
        guard descriptor >= 0 else { throw failure("made", temporary) }
        do {
            defer { close(descriptor) }
            guard fchmod(descriptor, mode) == 0 else { throw failure("protected", temporary) }
            var rest = bytes[...]
            while !rest.isEmpty {
                let count = rest.withUnsafeBytes { systemWrite(descriptor, $0.baseAddress, $0.count) }
                guard count >= 0 || errno == EINTR else { throw failure("written", temporary) }
                rest = rest.dropFirst(max(0, count))
            }
            guard fsync(descriptor) == 0 else { throw failure("synced", temporary) }
            guard rename(temporary, path) == 0 else { throw failure("renamed", temporary) }
        } catch {
            unlink(temporary)
            throw error
        }
        try syncFolder(FilePath(path).removingLastComponent().string)
    }

    /// Writes `bytes` to `path` unless there is a file already; of many who try at once, one wins.
    ///
    /// - Throws: ``Failure`` of class `exhausted` or `configuration`.
    public static func writeIfNew(_ bytes: [UInt8], to path: String, mode: UInt32 = 0o600) throws {
        let draft = "\(path).\(getpid())-\(UInt32.random(in: .min ... .max))"
        try write(bytes, to: draft, mode: mode)
        defer { unlink(draft) }
        guard link(draft, path) == 0 || errno == EEXIST else { throw failure("made", path) }
        try syncFolder(FilePath(path).removingLastComponent().string)
    }

    /// Makes a folder and those above it with mode 0700, where they are missing, and makes their names durable.
    ///
    /// - Throws: ``Failure`` of class `exhausted` or `configuration`.
    public static func makeFolder(_ path: String) throws {
        if try makeLastFolder(of: path) { return }
        let above = FilePath(path).removingLastComponent().string
        guard !above.isEmpty, above != path else { throw failure("made", path, ENOENT) }
        try makeFolder(above)
        // Once more and not again and again: where nothing can be made, as in /proc, the answer stays the same.
        guard try makeLastFolder(of: path) else { throw failure("made", path, ENOENT) }
    }

    /// Makes a folder in one that is there.
    ///
    /// - Returns: false when the system says that there is none.
    private static func makeLastFolder(of path: String) throws -> Bool {
        if mkdir(path, 0o700) == 0 {
            let above = FilePath(path).removingLastComponent().string
            try syncFolder(above.isEmpty ? "." : above)
            return true
        }
        switch errno {
        case EEXIST:
            var status = stat()
            guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR else { throw failure("made", path) }
            return true
        case ENOENT:
            return false
        default:
            throw failure("made", path)
        }
    }

    /// Makes the names in a folder durable.
    ///
    /// - Throws: ``Failure`` of class `exhausted` or `configuration`.
    public static func syncFolder(_ path: String) throws {
        let descriptor = open(path.isEmpty ? "." : path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw failure("opened", path) }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw failure("synced", path) }
    }

    private static func failure(_ activity: String, _ path: String, _ number: Int32 = errno) -> Failure {
        let isFull = [ENOSPC, EDQUOT].contains(number)
        return Failure(
            isFull ? .exhausted : .configuration,
            code: isFull ? "disk.full" : "disk.not-writable",
            "\(path) could not be \(activity): \(String(cString: strerror(number))).",
            remedy: isFull ? "Free space there." : "Make its folder and give this user the right to write there."
        )
    }
}

/// The system call, whose name ``AtomicFile/write(_:to:mode:)`` hides.
private func systemWrite(_ descriptor: Int32, _ bytes: UnsafeRawPointer?, _ count: Int) -> Int {
    write(descriptor, bytes, count)
}
