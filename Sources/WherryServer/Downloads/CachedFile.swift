import NIOPosix

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// A file whose parts are brought into memory before an event loop sends them, so that it does not wait for a disk.
///
/// Open until nobody uses it any more.
final class CachedFile: Sendable {
    private let descriptor: Int32

    /// Opens it; what cannot be opened has no parts to bring.
    init(_ path: String) { descriptor = open(path, O_RDONLY | O_CLOEXEC) }

    deinit { if descriptor >= 0 { _ = close(descriptor) } }

    /// Returns when the bytes are in memory, or are about to be.
    func warm(_ span: FileSpan) async throws {
        try await NIOThreadPool.singleton.runIfActive { [self] in
            #if os(Linux)
                // Both are hints: what cannot be read fails when it is sent.
                _ = posix_fadvise(descriptor, off_t(span.offset), off_t(span.count), Int32(POSIX_FADV_WILLNEED))
            #endif
            // Disks read in order: when the last byte is there, so are the others.
            var last: UInt8 = 0
            _ = pread(descriptor, &last, 1, off_t(span.offset + span.count - 1))
        }
    }
}
