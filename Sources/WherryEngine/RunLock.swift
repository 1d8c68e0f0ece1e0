import WherryCore

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Lets one run at a time work on a catalog.
///
/// The system frees it when its process ends, however it ends.
package final class RunLock: Sendable {
    private let descriptor: Int32

    /// Takes the lock of the catalog at `path`, a file beside it.
    ///
    /// - Throws: ``Failure`` of class `conflict` when another process holds it.
    package init(catalog path: String) throws {
        let file = path + ".lock"
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
            throw Failure(
                .conflict,
                code: "run.active",
                "Another run is at work on the catalog \(path).",
                remedy: "Wait for it to end; `wherry runs` shows it."
            )
        }
    }

    deinit { close(descriptor) }
}
