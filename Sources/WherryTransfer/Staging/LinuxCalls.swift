#if os(Linux)
    #if canImport(Glibc)
        import Glibc
    #else
        import Musl
    #endif

    /// Calls of Linux that the C library has but does not show to Swift, because its headers want `_GNU_SOURCE`.
    enum LinuxCalls {
        private typealias Fallocate = @convention(c) (Int32, Int32, off_t, off_t) -> Int32
        private typealias StatFileSystem = @convention(c) (Int32, UnsafeMutableRawPointer) -> Int32
        private typealias SyncFileSystem = @convention(c) (Int32) -> Int32
        private typealias SyncFileRange = @convention(c) (Int32, off_t, off_t, UInt32) -> Int32

        private static let fallocate = symbol("fallocate", Fallocate.self)
        private static let syncFileRange = symbol("sync_file_range", SyncFileRange.self)

        /// Reserves room without changing the file's size: `fallocate(2)` with `FALLOC_FL_KEEP_SIZE`.
        ///
        /// - Returns: 0, or -1 with `errno` set; 0 too where neither the library nor the file system can do it.
        static func reserve(_ descriptor: Int32, size: Int64) -> Int32 {
            guard let fallocate else { return 0 }
            let result = fallocate(descriptor, 0x01, 0, off_t(size))
            return result < 0 && [EOPNOTSUPP, ENOSYS, EINVAL].contains(errno) ? 0 : result
        }

        /// Starts writing dirty pages out: `sync_file_range(2)` with `SYNC_FILE_RANGE_WRITE`.
        static func beginWriteback(_ descriptor: Int32, offset: Int64, count: Int64) {
            _ = syncFileRange?(descriptor, off_t(offset), off_t(count), 0x02)
        }

        /// Whether all that was written to a file reached the disk, once something else has seen to it: waits for what is
        /// under way, and begins nothing; `sync_file_range(2)` with `SYNC_FILE_RANGE_WAIT_BEFORE`.
        ///
        /// - Returns: 0, or -1 with `errno` set: this descriptor's own error, told once.
        static func confirmWritten(_ descriptor: Int32) -> Int32 {
            guard let syncFileRange else {
                errno = ENOSYS
                return -1
            }
            return syncFileRange(descriptor, 0, 0, 0x01)
        }

        /// Makes everything durable that was written to the file system of a file: `syncfs(2)`.
        ///
        /// It tells of errors since the descriptor was opened that nobody else has been told of: each file has to be asked
        /// besides, see ``confirmWritten(_:)``.
        ///
        /// - Returns: 0, or -1 with `errno` set: `ENOSYS` too where errors would be kept from the caller (Linux before
        ///   5.17), and on file systems that are not known to do for all of it what they do for one file: programs behind FUSE are never told.
        static func syncFileSystem(of descriptor: Int32) -> Int32 {
            guard let syncFileSystem, syncFileRange != nil, tellsErrors, plainFileSystems.contains(kind(of: descriptor))
            else {
                errno = ENOSYS
                return -1
            }
            return syncFileSystem(descriptor)
        }

        /// ext2 to ext4, XFS, Btrfs, F2FS and tmpfs, by the numbers in the manual page statfs(2).
        private static let plainFileSystems: Set<UInt32> = [
            0xEF53, 0x5846_5342, 0x9123_683E, 0xF2F5_2010, 0x0102_1994,
        ]

        /// The number of the kind of file system that a file lies on: the first word of what `fstatfs(2)` fills in, 120 bytes
        /// at most on any Linux; 0 when nobody can say.
        private static func kind(of descriptor: Int32) -> UInt32 {
            var facts = [Int](repeating: 0, count: 64)
            guard let statFileSystem, statFileSystem(descriptor, &facts) == 0 else { return 0 }
            return UInt32(truncatingIfNeeded: facts[0])
        }

        private static let statFileSystem = symbol("fstatfs", StatFileSystem.self)
        private static let syncFileSystem = symbol("syncfs", SyncFileSystem.self)
        private static let tellsErrors: Bool = {
            var names = utsname()
            guard uname(&names) == 0 else { return false }
            let release = withUnsafeBytes(of: names.release) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            let numbers = release.split(separator: ".").prefix(2).map { Int($0) ?? 0 }
            return numbers.count == 2 && (numbers[0], numbers[1]) >= (5, 17)
        }()

        private static func symbol<Function>(_ name: String, _: Function.Type) -> Function? {
            // A null handle searches the program and the libraries it was linked with.
            guard let address = dlsym(nil, name) else { return nil }
            // The C declarations in the manual pages fallocate(2), sync_file_range(2), syncfs(2) and
            // fstatfs(2) are those of the types above.
            return unsafeBitCast(address, to: Function.self)
        }
    }
#endif
