import NIOPosix
import SystemPackage
import WherryCore

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// A file that is being written under a `.part` name beside its final one.
///
/// Publish order (architecture, section 6): write → fsync the file → rename → fsync the folder. Mode 0600.
final class StagedFile {
    let destination: FilePath
    let part: FilePath
    private let descriptor: Int32
    private var isOpen = true

    /// Makes an empty `.part`, replacing one that an earlier process left.
    ///
    /// - Throws: ``Failure`` of class `configuration` or `exhausted`; of class `conflict` when another transfer is
    ///   writing the same file now.
    init(for destination: FilePath) throws {
        self.destination = destination
        part = FilePath(destination.string + ".part")
        descriptor = open(part.string, O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else { throw SystemError.failure(SystemError.last, "made", part.string) }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0, isStillThere else {
            close(descriptor)
            isOpen = false
            throw Failure(
                .conflict,
                code: "transfer.already-running",
                "Another transfer is writing \(part.string).",
                remedy: "Let each sink have a folder of its own, and wait for the other transfer to end."
            )
        }
        try startOver()
    }

    /// Whether the name still leads to the file that was locked: its last owner may have renamed it meanwhile.
    private var isStillThere: Bool {
        var ours = stat()
        var named = stat()
        return fstat(descriptor, &ours) == 0 && lstat(part.string, &named) == 0 && ours.st_ino == named.st_ino
            && ours.st_dev == named.st_dev
    }

    deinit { closeOnce() }

    /// Appends bytes.
    ///
    /// - Throws: ``Failure`` of class `exhausted` when the disk is full.
    func append(_ bytes: UnsafeRawBufferPointer) throws {
        var rest = bytes
        while !rest.isEmpty {
            let count = write(descriptor, rest.baseAddress, rest.count)
            if count < 0 {
                if SystemError.last == EINTR { continue }
                throw SystemError.failure(SystemError.last, "written", part.string)
            }
            rest = UnsafeRawBufferPointer(rebasing: rest[count...])
        }
    }

    /// Throws all bytes away and begins again.
    func startOver() throws {
        guard ftruncate(descriptor, 0) == 0, lseek(descriptor, 0, SEEK_SET) == 0 else {
            throw SystemError.failure(SystemError.last, "truncated", part.string)
        }
    }

    /// Makes the bytes durable under the final name.
    func publish() async throws {
        let (descriptor, part, destination) = (descriptor, part.string, destination.string)
        let folder = self.destination.removingLastComponent().string
        try await NIOThreadPool.singleton.runIfActive {
            guard fsync(descriptor) == 0 else { throw SystemError.failure(SystemError.last, "synced", part) }
            guard rename(part, destination) == 0 else {
                throw SystemError.failure(SystemError.last, "renamed", part)
            }
            try Self.syncFolder(folder)
        }
        closeOnce()
    }

    /// Removes the `.part`.
    func discard() {
        closeOnce()
        _ = unlink(part.string)
    }

    private func closeOnce() {
        guard isOpen else { return }
        isOpen = false
        _ = close(descriptor)
    }

    private static func syncFolder(_ path: String) throws {
        let folder = path.isEmpty ? "." : path
        let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw SystemError.failure(SystemError.last, "opened", folder) }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw SystemError.failure(SystemError.last, "synced", folder) }
    }
}
