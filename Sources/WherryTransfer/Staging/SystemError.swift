package import WherryCore

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// The operating system's error numbers as words and failures.
package enum SystemError {
    /// The system's sentence for an error number, such as `No space left on device`.
    package static func text(_ number: Int32) -> String { String(cString: strerror(number)) }

    /// The number of the system call that failed last on this thread.
    static var last: Int32 { errno }

    /// Whether an error number says that no connection could be made, rather than that one broke.
    static func meansUnreachable(_ number: Int32) -> Bool {
        [ECONNREFUSED, EHOSTUNREACH, ENETUNREACH, EHOSTDOWN, ENETDOWN, ETIMEDOUT, EADDRNOTAVAIL].contains(number)
    }

    /// A failure of an operation on a file.
    package static func failure(_ number: Int32, _ activity: String, _ path: String) -> Failure {
        let message = "\(path) could not be \(activity): \(text(number))."
        switch number {
        case ENOSPC, EDQUOT, EFBIG:
            return Failure(
                .exhausted,
                code: "disk.full",
                message,
                remedy: "Free space there, or give the sink another folder."
            )
        case EACCES, EPERM, EROFS, ENOENT, ENOTDIR, EISDIR, ENAMETOOLONG:
            return Failure(
                .configuration,
                code: "disk.not-writable",
                message,
                remedy: "Make the folder and give this user the right to write there."
            )
        default:
            return Failure(
                .exhausted,
                code: "disk.error",
                message,
                remedy: "Look at the disk and the system's log."
            )
        }
    }
}
