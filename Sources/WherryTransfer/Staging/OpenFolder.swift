#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// A folder whose names are to be made durable.
final class OpenFolder: Sendable {
    private let path: String
    private let disk: Disk
    private let descriptor: Int32

    /// Opens it: it hears of what goes wrong from then on.
    ///
    /// - Throws: ``Failure`` as ``SystemError/failure(_:_:_:)`` makes it.
    init(_ path: String, disk: Disk) throws {
        let folder = path.isEmpty ? "." : path
        (self.path, self.disk) = (folder, disk)
        descriptor = try disk.perform(.syncFolder, "synced", folder) {
            open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        }
    }

    deinit { close(descriptor) }

    /// Makes its names durable.
    ///
    /// - Throws: ``Failure`` as ``SystemError/failure(_:_:_:)`` makes it.
    func sync() throws { try disk.perform(.syncFolder, "synced", path) { fsync(descriptor) } }

    /// Makes all names of its file system durable.
    ///
    /// - Returns: false where that cannot be done, or something was lost: then each folder is synced by itself.
    func syncFileSystem() -> Bool {
        #if os(Linux)
            let result = try? disk.perform(.syncAll, "synced", path) {
                LinuxCalls.syncFileSystem(of: descriptor)
            }
            // ext4 without a journal empties the disk's own cache with the sync of a folder only; one does for all.
            return result != nil && (try? sync()) != nil
        #else
            return false
        #endif
    }
}
