#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// A small file, read whole.
struct SmallFile: Sendable {
    /// Why a file could not be read.
    enum Problem: Error, Hashable {
        /// There is none of that name.
        case missing
        /// This user has no right to read it.
        case forbidden
        /// It is longer than was allowed.
        case tooLong
        /// Anything else, in the system's words.
        case other(String)

        /// What to say after the file's name.
        var reason: String {
            switch self {
            case .missing: "does not exist"
            case .forbidden: "may not be read by this user"
            case .tooLong: "is too long"
            case .other(let words): "cannot be read: \(words)"
            }
        }
    }

    /// What is in it.
    var bytes: [UInt8]
    /// Whether every user of the machine may read it.
    var isWorldReadable: Bool

    /// Reads a file of at most `limit` bytes.
    static func read(_ path: String, limit: Int) throws(Problem) -> SmallFile {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw problem() }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw problem() }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = systemRead(descriptor, &chunk, chunk.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw problem() }
            if count == 0 { break }
            bytes += chunk[..<count]
            guard bytes.count <= limit else { throw .tooLong }
        }
        return SmallFile(bytes: bytes, isWorldReadable: status.st_mode & S_IROTH != 0)
    }

    private static func problem() -> Problem {
        switch errno {
        case ENOENT, ENOTDIR: .missing
        case EACCES, EPERM: .forbidden
        default: .other(String(cString: strerror(errno)))
        }
    }
}

/// The system call, whose name ``SmallFile/read(_:limit:)`` hides.
private func systemRead(_ descriptor: Int32, _ buffer: UnsafeMutableRawPointer, _ count: Int) -> Int {
    read(descriptor, buffer, count)
}
