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
    /// How old something without a lock must be before it counts as abandoned, in seconds.
    private static let patience = 3_600

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
        // Under a name that nobody sweeps before it is old; until then it is locked.
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
        for name in names {
            let isDraft = name.hasPrefix(".\(prefix)")
            guard isDraft || name.hasPrefix(prefix) else { continue }
            let path = "\(parent)/\(name)"
            var status = stat()
            // Whoever else may write there must not choose what is removed.
            guard lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR, status.st_uid == geteuid() else {
                continue
            }
            let isOld = Int(time(nil)) - Int(status.st_mtim.tv_sec) > patience
            let holder = open("\(path)/\(lock)", O_RDWR | O_CLOEXEC | O_NOFOLLOW)
            guard holder >= 0 else {
                // Who made or removed it was killed before the lock was there, or after it was gone.
                if errno == ENOENT, isOld { remove(path) }
                continue
            }
            // A young draft may be about to be locked.
            if isOld || !isDraft, flock(holder, LOCK_EX | LOCK_NB) == 0 { remove(path) }
            close(holder)
        }
    }

    /// Removes a folder and what is in it, the lock last: as long as anything is left, the next one finds it by that.
    static func remove(_ path: String) {
        let manager = FileManager.default
        guard let names = try? manager.contentsOfDirectory(atPath: path) else { return }
        // What cannot be removed is found by the next one.
        for name in names where name != lock { try? manager.removeItem(atPath: "\(path)/\(name)") }
        guard let rest = try? manager.contentsOfDirectory(atPath: path), rest.allSatisfy({ $0 == lock }) else { return }
        try? manager.removeItem(atPath: "\(path)/\(lock)")
        rmdir(path)
    }
}
