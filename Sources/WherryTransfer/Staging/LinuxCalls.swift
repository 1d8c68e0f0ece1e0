#if os(Linux)
    #if canImport(Glibc)
        import Glibc
    #else
        import Musl
    #endif

    /// Calls of Linux that the C library has but does not show to Swift, because its headers want `_GNU_SOURCE`.
    enum LinuxCalls {
        private typealias Fallocate = @convention(c) (Int32, Int32, off_t, off_t) -> Int32
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

        private static func symbol<Function>(_ name: String, _: Function.Type) -> Function? {
            // A null handle searches the program and the libraries it was linked with.
            guard let address = dlsym(nil, name) else { return nil }
            // The C declarations in the manual pages fallocate(2) and sync_file_range(2) are those of the types above.
            return unsafeBitCast(address, to: Function.self)
        }
    }
#endif
