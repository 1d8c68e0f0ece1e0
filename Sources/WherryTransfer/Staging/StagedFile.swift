import NIOCore
import Synchronization
import SystemPackage
import WherryCore

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// A file that is being written under a `.part` name beside its final one.
///
/// Calls block; they belong on a thread pool. Mode 0600. Only one transfer in any process holds a `.part` at a time.
final class StagedFile: Sendable {
    let destination: FilePath
    let part: FilePath
    let disk: Disk
    /// The number of the file system that it lies on.
    let device: UInt64
    private let descriptor: Int32
    private let isOpen = Mutex(true)

    /// Opens the `.part`, with whatever an earlier process of this user's left in it; what is not this user's alone is
    /// made anew, see ``PartFile``.
    ///
    /// - Throws: ``Failure`` of class `configuration` or `exhausted`; of class `conflict` when another transfer is
    ///   writing the same file now.
    init(for destination: FilePath, disk: Disk = Disk()) throws {
        self.destination = destination
        self.disk = disk
        let part = FilePath(destination.string + ".part")
        self.part = part
        (descriptor, device) = try PartFile.claim(part.string, on: disk)
    }

    deinit { closeOnce() }

    /// How many bytes the `.part` spans.
    var size: Int64 {
        var status = stat()
        return fstat(descriptor, &status) == 0 ? Int64(status.st_size) : 0
    }

    /// Reserves room for `size` bytes, where the file system can.
    ///
    /// - Throws: ``Failure`` of class `exhausted` when there is not so much.
    func preallocate(_ size: Int64) throws {
        #if os(Linux)
            do {
                try disk.perform(.preallocate, "given room", part.string) {
                    LinuxCalls.reserve(descriptor, size: size)
                }
            } catch {
                // Rather an empty file than a full disk.
                _ = ftruncate(descriptor, 0)
                throw error
            }
        #endif
    }

    /// Writes buffers, one after the other, from `offset` on.
    ///
    /// - Throws: ``Failure`` of class `exhausted` when the disk is full.
    func write(_ buffers: [ByteBuffer], at offset: Int64) throws {
        var next = offset
        var rest = buffers[...]
        while !rest.isEmpty {
            let group = rest.prefix(Self.mostBuffers)
            try withPointers(group, []) { pointers in try write(pointers, at: next) }
            next += group.reduce(0) { $0 + Int64($1.readableBytes) }
            rest = rest.dropFirst(group.count)
        }
    }

    /// Writes bytes from `offset` on.
    ///
    /// - Throws: ``Failure`` of class `exhausted` when the disk is full.
    func write(_ bytes: [UInt8], at offset: Int64) throws {
        try bytes.withUnsafeBytes { bytes in
            let pointer = iovec(iov_base: UnsafeMutableRawPointer(mutating: bytes.baseAddress), iov_len: bytes.count)
            try write([pointer], at: offset)
        }
    }

    private static let mostBuffers = 32

    private func withPointers(
        _ buffers: ArraySlice<ByteBuffer>,
        _ pointers: [iovec],
        _ body: ([iovec]) throws -> Void
    ) throws {
        guard let buffer = buffers.first else { return try body(pointers) }
        try buffer.withUnsafeReadableBytes { bytes in
            let pointer = iovec(iov_base: UnsafeMutableRawPointer(mutating: bytes.baseAddress), iov_len: bytes.count)
            try withPointers(buffers.dropFirst(), pointers + [pointer], body)
        }
    }

    private func write(_ pointers: [iovec], at offset: Int64) throws {
        var rest = pointers[...]
        var next = offset
        while !rest.isEmpty {
            let current = Array(rest)
            var count = try disk.perform(.write, "written", part.string) {
                pwritev(descriptor, current, Int32(current.count), off_t(next))
            }
            next += Int64(count)
            while let first = rest.first, count >= first.iov_len {
                count -= first.iov_len
                rest = rest.dropFirst()
            }
            if count > 0, let first = rest.first {
                rest[rest.startIndex] = iovec(iov_base: first.iov_base + count, iov_len: first.iov_len - count)
            }
        }
    }

    /// Reads bytes back, at most `count`, into `buffer`.
    func read(at offset: Int64, count: Int, into buffer: inout ByteBuffer) throws {
        buffer.clear()
        while buffer.readableBytes < count {
            let position = offset + Int64(buffer.readableBytes)
            let wanted = count - buffer.readableBytes
            let got = try buffer.writeWithUnsafeMutableBytes(minimumWritableBytes: wanted) { space in
                try disk.perform(.read, "read", part.string) {
                    pread(descriptor, space.baseAddress, wanted, off_t(position))
                }
            }
            guard got > 0 else { throw SystemError.failure(EIO, "read back", part.string) }
        }
    }

    /// Asks the system to begin writing these bytes to the disk; says nothing about when they are there.
    func beginWriteback(_ range: Range<Int64>) {
        #if os(Linux)
            // Only a hint: what it could not do, the fsync at the end does.
            LinuxCalls.beginWriteback(
                descriptor,
                offset: range.lowerBound,
                count: range.upperBound - range.lowerBound
            )
        #endif
    }

    /// Throws all bytes away and begins again.
    func startOver() throws {
        guard size > 0 else { return }
        try disk.perform(.truncate, "truncated", part.string) { ftruncate(descriptor, 0) }
    }

    /// Cuts off what an earlier, longer file left behind.
    func truncate(to size: Int64) throws {
        guard self.size != size else { return }
        try disk.perform(.truncate, "truncated", part.string) { ftruncate(descriptor, off_t(size)) }
    }

    /// Makes the bytes durable, still under the `.part` name.
    func sync() throws { try disk.perform(.syncFile, "synced", part.string) { fsync(descriptor) } }

    /// Makes sure that no byte was lost, once ``syncFileSystem()`` has made all durable.
    func confirmWritten() throws {
        #if os(Linux)
            try disk.perform(.syncFile, "synced", part.string) { LinuxCalls.confirmWritten(descriptor) }
        #else
            try sync()
        #endif
    }

    /// Makes everything durable that was written to the file system until now, by whomever.
    ///
    /// - Returns: false where that cannot be done, or something of it was lost: then each file is synced by itself.
    func syncFileSystem() -> Bool {
        #if os(Linux)
            let result = try? disk.perform(.syncAll, "synced", part.string) {
                LinuxCalls.syncFileSystem(of: descriptor)
            }
            return result != nil
        #else
            return false
        #endif
    }

    /// Gives the bytes their final name.
    func rename() throws {
        try disk.perform(.rename, "renamed", part.string) {
            disk.threads.folderTurn.take {
                #if canImport(Glibc)
                    Glibc.rename(part.string, destination.string)
                #elseif canImport(Musl)
                    Musl.rename(part.string, destination.string)
                #else
                    Darwin.rename(part.string, destination.string)
                #endif
            }
        }
        closeOnce()
    }

    /// Leaves the `.part` for another process to go on with.
    func leave() { closeOnce() }

    /// Removes the `.part`.
    func discard() {
        // While the lock is held: nobody else's file has the name.
        if isOpen.withLock({ $0 }) { _ = unlink(part.string) }
        closeOnce()
    }

    private func closeOnce() {
        isOpen.withLock { isOpen in
            guard isOpen else { return }
            isOpen = false
            _ = close(descriptor)
        }
    }
}
