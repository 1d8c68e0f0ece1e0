import Synchronization
import WherryCore
import WherryPluginWire

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Our end of a named pipe, through which a plugin gets the bytes of one file.
///
/// No wait in it blocks a thread, and none outlives the task that waits.
package final class StreamPipe: Sendable {
    /// Its path.
    package let path: String
    private let descriptor = Mutex<Int32>(-1)

    /// Makes the pipe.
    ///
    /// - Throws: ``Failure`` of class `exhausted`.
    package init(_ path: String) throws {
        self.path = path
        guard mkfifo(path, 0o600) == 0 else {
            throw Failure(
                .exhausted,
                code: "external.no-stream",
                "The pipe \(path) could not be made: \(String(cString: strerror(errno))).",
                remedy: "Look at the room and the rights of its folder."
            )
        }
    }

    deinit { shut() }

    /// Waits until somebody reads.
    package func open() async throws {
        var pause = Duration.milliseconds(1)
        while true {
            try Task.checkCancellation()
            let opened = systemOpen(path)
            if opened >= 0 {
                #if os(Linux)
                    _ = fcntl(opened, 1_031, Int32(1 << 20))  // F_SETPIPE_SZ; the system may refuse
                #endif
                return descriptor.withLock { $0 = opened }
            }
            guard errno == ENXIO || errno == EINTR else { throw Violation.shutStream }
            try await Task.sleep(for: pause)
            pause = min(pause * 2, .milliseconds(20))
        }
    }

    /// Writes all of the bytes.
    ///
    /// - Throws: ``Violation/shutStream`` when nobody reads any more.
    package func write(_ bytes: [UInt8], moved: () -> Void) async throws {
        var done = 0
        while done < bytes.count {
            try Task.checkCancellation()
            let (count, code) = descriptor.withLock { descriptor in
                withoutPipeSignal { bytes.withUnsafeBytes { systemWrite(descriptor, $0, from: done) } }
            }
            if count > 0 {
                done += count
                moved()
            } else if code == EAGAIN || code == EINTR {
                try await Task.sleep(for: .milliseconds(1))
            } else {
                throw Violation.shutStream
            }
        }
    }

    /// Waits until all that was written was read.
    ///
    /// - Throws: ``Violation/shutStream`` when nobody reads any more.
    func drain(moved: () -> Void) async throws {
        var last: Int32 = .max
        while true {
            try Task.checkCancellation()
            let (unread, isShut) = descriptor.withLock { descriptor -> (Int32, Bool) in
                var count: Int32 = 0
                var entry = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
                guard ioctl(descriptor, UInt(FIONREAD), &count) == 0, poll(&entry, 1, 0) >= 0 else { return (0, true) }
                return (count, entry.revents & Int16(POLLERR) != 0)
            }
            if unread == 0 { return }
            if isShut { throw Violation.shutStream }
            if unread < last { moved() }
            last = unread
            try await Task.sleep(for: .milliseconds(1))
        }
    }

    /// Lets the reader see the end.
    package func shut() {
        descriptor.withLock { descriptor in
            if descriptor >= 0 { close(descriptor) }
            descriptor = -1
        }
    }
}

private func systemOpen(_ path: String) -> Int32 { open(path, O_WRONLY | O_NONBLOCK | O_CLOEXEC) }

private func systemWrite(_ descriptor: Int32, _ bytes: UnsafeRawBufferPointer, from start: Int) -> Int {
    guard let base = bytes.baseAddress else { return 0 }
    return write(descriptor, base + start, bytes.count - start)
}

/// Calls a function that may raise SIGPIPE, whose default is to end this process; nobody sees the signal.
private func withoutPipeSignal(_ body: () -> Int) -> (count: Int, code: Int32) {
    var signals = sigset_t()
    var before = sigset_t()
    var pending = sigset_t()
    sigemptyset(&signals)
    sigaddset(&signals, SIGPIPE)
    sigpending(&pending)
    let wasPending = sigismember(&pending, SIGPIPE) == 1
    pthread_sigmask(SIG_BLOCK, &signals, &before)
    let count = body()
    let code = errno
    if count < 0, code == EPIPE, !wasPending {
        sigpending(&pending)
        var taken: Int32 = 0
        if sigismember(&pending, SIGPIPE) == 1 { sigwait(&signals, &taken) }
    }
    pthread_sigmask(SIG_SETMASK, &before, nil)
    return (count, code)
}
