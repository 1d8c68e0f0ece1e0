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

/// One stored file that is read from its first byte to its last; waits for the disk.
struct CopyFile: Sendable {
    /// How much is read at once, in bytes.
    private static let piece = 256 << 10

    private let path: String
    private let descriptor: FileDescriptor

    /// Opens it, if it is a file.
    ///
    /// - Throws: ``Failure`` `sink.copy-gone`, `disk.not-readable`.
    init(_ path: String) throws {
        self.path = path
        // Without waiting for whoever might write into what is no file.
        let number = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
        guard number >= 0 else {
            guard [ENOENT, ENOTDIR].contains(errno) else { throw Self.unreadable(path) }
            throw Failure.copyGone(path)
        }
        descriptor = FileDescriptor(rawValue: number)
        var status = stat()
        guard fstat(number, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            close()
            throw Failure.copyGone(path)
        }
        posix_fadvise(number, 0, 0, POSIX_FADV_SEQUENTIAL)
    }

    /// The next bytes; none at the end.
    func next() throws -> [UInt8] {
        var failed = false
        let bytes = [UInt8](unsafeUninitializedCapacity: Self.piece) { buffer, filled in
            var count = read(descriptor.rawValue, buffer.baseAddress, buffer.count)
            while count < 0, errno == EINTR { count = read(descriptor.rawValue, buffer.baseAddress, buffer.count) }
            failed = count < 0
            filled = max(0, count)
        }
        if failed, errno == EIO { throw Failure.copyDamaged(path, "its disk cannot read it.") }
        if failed { throw Self.unreadable(path) }
        return bytes
    }

    /// To be called once, at the end.
    func close() {
        // Nothing was written: there is nothing to lose.
        try? descriptor.close()
    }

    private static func unreadable(_ path: String) -> Failure {
        Failure(
            .configuration,
            code: "disk.not-readable",
            "\(path) cannot be read: \(String(cString: strerror(errno))).",
            remedy: "Give this user the right to read it; look at the disk and the system's log."
        )
    }
}
