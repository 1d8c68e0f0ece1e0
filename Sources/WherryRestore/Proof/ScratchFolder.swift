import Synchronization
import WherryCore
import WherryPluginKit

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif
#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// A private folder for dumps in the clear, which is gone afterwards.
package enum ScratchFolder {
    private static let prefix = "wherry-prove-"
    private static let lock = "lock"

    /// Makes one below `parent`, runs `body`, and removes it whatever happens.
    ///
    /// What a process that was killed left there is removed first.
    ///
    /// - Throws: what `body` threw; ``Failure`` `disk.not-writable`, `disk.full`.
    package static func with<Value: Sendable>(
        below parent: String,
        random: UInt64,
        _ body: (String) async throws -> Value
    ) async throws -> Value {
        try AtomicFile.makeFolder(parent)
        removeAbandoned(below: parent)
        let name = String(random, radix: 16)
        // Under a name that nobody sweeps until it is locked.
        let draft = "\(parent)/.\(prefix)\(name)"
        let path = "\(parent)/\(prefix)\(name)"
        try AtomicFile.makeFolder(draft)
        let holder = open("\(draft)/\(lock)", O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
        defer { if holder >= 0 { close(holder) } }
        guard holder >= 0, flock(holder, LOCK_EX | LOCK_NB) == 0, rename(draft, path) == 0 else {
            let reason = String(cString: strerror(errno))
            remove(draft)
            throw Failure(
                .configuration,
                code: "disk.not-writable",
                "\(path) could not be made: \(reason).",
                remedy: "Give this user the right to write there, or name another folder: --scratch FOLDER."
            )
        }
        defer { remove(path) }
        return try await body(path)
    }

    /// Removes the folders of processes that are no more.
    private static func removeAbandoned(below parent: String) {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: parent)) ?? []
        for name in names where name.hasPrefix(prefix) {
            let path = "\(parent)/\(name)"
            var status = stat()
            // Whoever else may write there must not choose what is removed.
            guard lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR, status.st_uid == geteuid() else {
                continue
            }
            let holder = open("\(path)/\(lock)", O_RDWR | O_CLOEXEC | O_NOFOLLOW)
            guard holder >= 0 else { continue }
            if flock(holder, LOCK_EX | LOCK_NB) == 0 { remove(path) }
            close(holder)
        }
    }

    /// What cannot be removed is found by the next one.
    static func remove(_ path: String) { try? FileManager.default.removeItem(atPath: path) }
}
