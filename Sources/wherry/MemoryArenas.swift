#if canImport(Glibc)
    import Glibc

    /// How the C library's allocator hands out memory.
    enum MemoryArenas {
        private typealias Mallopt = @convention(c) (Int32, Int32) -> Int32

        /// Lets all threads share at most so many arenas.
        ///
        /// By default each thread may have one of its own, up to eight a core, and memory that one thread has freed is of
        /// no use to the others: a run that moves large buffers from thread to thread would hold several times what it
        /// needs. See `M_ARENA_MAX` in mallopt(3); whoever has set `MALLOC_ARENA_MAX` is obeyed.
        static func limit(to count: Int32) {
            guard getenv("MALLOC_ARENA_MAX") == nil, let address = dlsym(nil, "mallopt") else { return }
            // The declaration in the manual page is that of the type; -8 is M_ARENA_MAX in <malloc.h>.
            _ = unsafeBitCast(address, to: Mallopt.self)(-8, count)
        }
    }
#endif
