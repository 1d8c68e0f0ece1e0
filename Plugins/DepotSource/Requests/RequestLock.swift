import WherryPluginKit

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Lets one process at a time work on a request: the service and a command may both follow it.
///
/// The system frees it when its process ends, however it ends.
enum RequestLock {
    /// Runs `body` while this process alone holds the lock file at `path`, which is gone afterwards.
    ///
    /// - Throws: ``Failure`` of class `exhausted` or `configuration`; `CancellationError`; what `body` throws.
    static func with<Value>(_ path: String, _ body: () async throws -> Value) async throws -> Value {
        let descriptor = try await taken(path)
        defer {
            // First the name, then the lock: whoever gets it now sees that it has none.
            unlink(path)
            close(descriptor)
        }
        return try await body()
    }

    private static func taken(_ path: String) async throws -> Int32 {
        while true {
            // Close-on-exec: a child that outlives us must not hold the lock.
            let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
            guard descriptor >= 0 else { throw DepotFiles.failure(path, "made") }
            if flock(descriptor, LOCK_EX | LOCK_NB) == 0, isNamed(descriptor, path) { return descriptor }
            close(descriptor)
            try await Task.sleep(for: .milliseconds(250))
        }
    }

    /// Whether the file still has its name: its last holder may have taken that away.
    private static func isNamed(_ descriptor: Int32, _ path: String) -> Bool {
        var (opened, named) = (stat(), stat())
        guard fstat(descriptor, &opened) == 0, stat(path, &named) == 0 else { return false }
        return opened.st_ino == named.st_ino && opened.st_dev == named.st_dev
    }
}
