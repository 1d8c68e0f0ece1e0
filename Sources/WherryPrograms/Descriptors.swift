import Dispatch
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

/// The two ends of a pipe: ours never blocks, and no other child inherits either.
struct PipeEnds {
    let ours: Int32
    let childs: Int32

    /// What is asked of the system for a pipe's room, in bytes; it may refuse.
    static let room: Int32 = 1 << 20

    /// A pipe to a child, or from one.
    ///
    /// - Throws: ``Failure`` `program.no-pipe` of class `exhausted`.
    static func make(weWrite: Bool) throws -> PipeEnds {
        let (reading, writing) = try pair()
        let ours = weWrite ? writing : reading
        _ = fcntl(ours, F_SETFL, fcntl(ours, F_GETFL) | O_NONBLOCK)
        #if os(Linux)
            _ = fcntl(ours, 1_031, room)  // F_SETPIPE_SZ
        #endif
        return PipeEnds(ours: ours, childs: weWrite ? reading : writing)
    }

    /// The end to read from, and the one to write to.
    static func pair() throws -> (reading: Int32, writing: Int32) {
        do {
            #if canImport(Darwin)
                let ends = try FileDescriptor.pipe()
                for end in [ends.readEnd, ends.writeEnd] { _ = fcntl(end.rawValue, F_SETFD, FD_CLOEXEC) }
            #else
                let ends = try FileDescriptor.pipe(options: .closeOnExec)
            #endif
            return (ends.readEnd.rawValue, ends.writeEnd.rawValue)
        } catch {
            throw Failure(
                .exhausted,
                code: "program.no-pipe",
                "No pipe to a program could be made.",
                remedy: "Look at the limit of open files: ulimit -n."
            )
        }
    }
}

/// Ends all waiting for a program's pipes once it is gone: somebody may hold them who will never let go.
final class Latch: Sendable {
    /// Readable from the moment that it fell.
    let descriptor: Int32
    private let other: Int32
    private let fallen = Atomic(false)

    init() throws { (descriptor, other) = try PipeEnds.pair() }

    deinit {
        close(descriptor)
        close(other)
    }

    func fall() {
        fallen.store(true, ordering: .sequentiallyConsistent)
        var byte: UInt8 = 0
        _ = write(other, &byte, 1)
    }

    /// Whether one of `events` came on a descriptor, waiting no longer than until the latch fell.
    func wait(for events: Int32, on waited: Int32) -> Bool {
        var entries = [
            pollfd(fd: waited, events: Int16(events), revents: 0),
            pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0),
        ]
        while poll(&entries, nfds_t(entries.count), -1) < 0, errno == EINTR {}
        return entries[0].revents != 0
    }

    /// Whether it fell.
    var isDown: Bool { fallen.load(ordering: .sequentiallyConsistent) }
}

/// Does work that blocks on a thread of its own.
func apart<Value: Sendable>(_ label: String, _ body: @escaping @Sendable () -> Value) async -> Value {
    await withCheckedContinuation { continuation in
        DispatchQueue(label: label).async { continuation.resume(returning: body()) }
    }
}
