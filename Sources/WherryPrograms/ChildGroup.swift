import Dispatch
import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// A program's process and everything that it started and that stayed in its group.
///
/// No signal is sent after the process was reaped, as its number may then be another's.
final class ChildGroup: Sendable {
    private let id: Mutex<pid_t?>

    init(_ id: pid_t) { self.id = Mutex(id) }

    /// Asks all of them to end.
    func terminate() {
        send(SIGTERM)
        send(SIGCONT)
    }

    /// Ends all of them such that none sees another end.
    ///
    /// All are stopped first: were they killed one by one, the second of a pipeline could see the end of what the first
    /// wrote and take it for the whole.
    func kill() {
        send(SIGSTOP)
        send(SIGKILL)
    }

    /// Waits until the process ended, and leaves it for somebody else to reap.
    func waitForExit() async {
        guard let id = id.withLock({ $0 }) else { return }
        await apart("wherry.program.exit") {
            var info = siginfo_t()
            while waitid(P_PID, id_t(id), &info, WEXITED | WNOWAIT) != 0, errno == EINTR {}
        }
    }

    /// From here on the number is nobody's.
    func forget() { id.withLock { $0 = nil } }

    private func send(_ signal: Int32) {
        id.withLock { id in
            guard let id else { return }
            #if canImport(Glibc)
                _ = Glibc.kill(-id, signal)
            #elseif canImport(Musl)
                _ = Musl.kill(-id, signal)
            #else
                _ = Darwin.kill(-id, signal)
            #endif
        }
    }
}
