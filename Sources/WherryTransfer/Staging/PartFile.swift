import WherryCore

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Opens `.part` files that are this user's alone, whatever lies at their names.
enum PartFile {
    /// An open and locked one, and the number of the file system that it lies on.
    typealias Claim = (descriptor: Int32, device: UInt64)

    /// Opens and locks one, with what an earlier process of this user's left in it; mode 0600.
    ///
    /// What is no plain file, belongs to somebody else or has a second name is never written to: it is removed, and
    /// made anew. Blocks.
    ///
    /// - Throws: ``Failure`` of class `configuration` or `exhausted`; of class `conflict` when another transfer is
    ///   writing the same file now.
    static func claim(_ path: String, on disk: Disk) throws -> Claim {
        if let made = try make(path, on: disk) { return made }
        if let left = try takeOver(path, on: disk) { return left }
        guard let made = try make(path, on: disk) else { throw alreadyRunning(path) }
        return made
    }

    /// Makes a new one; nil when the name is taken.
    ///
    /// It is ours whoever its owner is: some network file systems give every file to a user of their own.
    private static func make(_ path: String, on disk: Disk) throws -> Claim? {
        guard let descriptor = try opened(path, O_RDWR | O_CREAT | O_EXCL, excusing: EEXIST, on: disk) else {
            return nil
        }
        let status = try locked(descriptor, path)
        return (descriptor: descriptor, device: device(of: status))
    }

    /// Opens what is there; nil when there is nothing any more, or what was there was removed.
    private static func takeOver(_ path: String, on disk: Disk) throws -> Claim? {
        // Not even opened: a link leads elsewhere, and no transfer writes to anything but a plain file.
        let isStrange = try disk.threads.folderTurn.take { Result { try removedStranger(path) } }.get()
        guard !isStrange, let descriptor = try opened(path, O_RDWR, excusing: ENOENT, on: disk) else { return nil }
        let status = try locked(descriptor, path)
        guard status.st_mode & S_IFMT == S_IFREG, status.st_uid == geteuid(), status.st_nlink <= 1 else {
            // Unlocked only when the name is free: nobody takes it over meanwhile.
            defer { close(descriptor) }
            try remove(path)
            return nil
        }
        // A file system without modes says no; who may read its files was decided when it was mounted.
        let isPrivate =
            status.st_mode & 0o7777 == 0o600 || fchmod(descriptor, 0o600) == 0
            || [EPERM, EOPNOTSUPP].contains(errno)
        guard isPrivate else {
            let number = errno
            close(descriptor)
            throw SystemError.failure(number, "protected", path)
        }
        return (descriptor: descriptor, device: device(of: status))
    }

    /// Whether there was something else than a plain file, which is gone now.
    private static func removedStranger(_ path: String) throws -> Bool {
        var named = stat()
        guard lstat(path, &named) == 0, named.st_mode & S_IFMT != S_IFREG else { return false }
        try remove(path)
        return true
    }

    private static func remove(_ path: String) throws {
        guard unlink(path) != 0, errno != ENOENT else { return }
        throw Failure(
            .configuration,
            code: "disk.not-writable",
            "\(path) is not a file of this user's alone, and cannot be removed: \(SystemError.text(errno)).",
            remedy: "Remove it, and see to it that nobody else can write in its folder."
        )
    }

    /// Opens it; nil when that fails with `excused`.
    private static func opened(
        _ path: String,
        _ flags: Int32,
        excusing excused: Int32,
        on disk: Disk
    ) throws -> Int32? {
        let none = Int32.max
        let descriptor = try disk.perform(.create, "made", path) {
            disk.threads.folderTurn.take {
                let descriptor = open(path, flags | O_CLOEXEC | O_NOFOLLOW, 0o600)
                return descriptor < 0 && errno == excused ? none : descriptor
            }
        }
        return descriptor == none ? nil : descriptor
    }

    /// Locks what was opened, and gives what is known of it; closes it when that fails.
    private static func locked(_ descriptor: Int32, _ path: String) throws -> stat {
        var status = stat()
        guard fstat(descriptor, &status) == 0, flock(descriptor, LOCK_EX | LOCK_NB) == 0, leads(path, to: status)
        else {
            close(descriptor)
            throw alreadyRunning(path)
        }
        return status
    }

    /// Whether the name still leads to the file that was locked: its last owner may have renamed it meanwhile.
    private static func leads(_ name: String, to ours: stat) -> Bool {
        var named = stat()
        return lstat(name, &named) == 0 && ours.st_ino == named.st_ino && ours.st_dev == named.st_dev
    }

    private static func device(of status: stat) -> UInt64 { UInt64(truncatingIfNeeded: status.st_dev) }

    private static func alreadyRunning(_ path: String) -> Failure {
        Failure(
            .conflict,
            code: "transfer.already-running",
            "Another transfer is writing \(path).",
            remedy: "Let each sink have a folder of its own, and wait for the other transfer to end."
        )
    }
}
