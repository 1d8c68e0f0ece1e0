import WherryCore

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Lets one run at a time work on a catalog, and one daemon keep its schedules.
///
/// The system frees it when its process ends, however it ends.
package final class RunLock: Sendable {
    /// The code of the failure when another run holds the lock.
    package static let busyCode = "run.active"

    private let descriptor: Int32

    /// Takes the lock of the catalog at `path`, a file beside it.
    ///
    /// - Throws: ``Failure`` of class `conflict` when another process holds it.
    package convenience init(catalog path: String) throws {
        try self.init(
            file: path + ".lock",
            orThrow: Failure(
                .conflict,
                code: Self.busyCode,
                "Another run is at work on the catalog \(path).",
                remedy: "Wait for it to end; `wherry runs` shows it."
            )
        )
    }

    /// The lock of who keeps the schedules of the catalog at `path`; another file, as runs come and go meanwhile.
    ///
    /// - Throws: ``Failure`` of class `conflict` when another process holds it.
    package static func daemon(catalog path: String) throws -> RunLock {
        try RunLock(
            file: path + ".daemon.lock",
            orThrow: Failure(
                .conflict,
                code: "daemon.active",
                "Another daemon keeps the schedules of the catalog \(path).",
                remedy: "One is enough; stop it first, or give it the configuration to read anew with SIGHUP."
            )
        )
    }

    private init(file: String, orThrow conflict: @autoclosure () -> Failure) throws {
        // Close-on-exec: a child that outlives us must not hold the lock.
        descriptor = open(file, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            throw Failure(
                .configuration,
                code: "run.lock",
                "The lock file \(file) cannot be opened: \(String(cString: strerror(errno))).",
                remedy: "Give this user write access to the catalog's folder."
            )
        }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            close(descriptor)
            throw conflict()
        }
    }

    deinit { close(descriptor) }
}
