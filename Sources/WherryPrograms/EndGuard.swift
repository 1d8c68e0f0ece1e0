import Subprocess
import Synchronization
import SystemPackage

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Keeps a program from taking our own death for the end of its input.
///
/// When this process is killed, the system closes its end of the pipe, and the program would see an end that nobody
/// verified. So a shell in a session of its own holds that end too. It waits for a word of ours; when we are gone without
/// one, it kills the program's group, and only then lets go.
final class EndGuard: Sendable {
    /// Twice, as shells differ in what they take before a negative number.
    private static let script = """
        end() { kill -s "$1" -- "-$group" || kill -s "$1" "-$group"; }
        read -r group && { read -r word || { end STOP; end KILL; }; }
        """

    /// What it reads; -1 when we have let go.
    private let line: Mutex<Int32>

    private init(_ line: Int32) { self.line = Mutex(line) }

    deinit { release() }

    /// Starts one that holds a copy of this end of a pipe; nil where there is no shell.
    static func start(holding end: Int32) async -> EndGuard? {
        guard let (reading, writing) = try? PipeEnds.pair() else { return nil }
        let copy = fcntl(end, F_DUPFD_CLOEXEC, 3)
        guard copy >= 0 else {
            close(reading)
            close(writing)
            return nil
        }
        let made = EndGuard(writing)
        let isThere = await withCheckedContinuation { continuation in
            let answer = Answer(continuation)
            Task {
                var options = PlatformOptions()
                options.createSession = true
                _ = try? await Subprocess.run(
                    .path("/bin/sh"),
                    arguments: ["-c", script],
                    environment: .custom([:]),
                    platformOptions: options,
                    input: .fileDescriptor(FileDescriptor(rawValue: reading), closeAfterSpawningProcess: true),
                    output: .fileDescriptor(FileDescriptor(rawValue: copy), closeAfterSpawningProcess: true),
                    error: .discarded
                ) { _ in answer.give(true) }
                answer.give(false)
            }
        }
        return isThere ? made : nil
    }

    /// Whom to kill.
    func watch(_ group: Int32) { say("\(group)") }

    /// All is well, or the program is gone: it lets go.
    func release() {
        say("end")
        line.withLock { line in
            if line >= 0 { close(line) }
            line = -1
        }
    }

    private func say(_ word: String) {
        line.withLock { line in
            guard line >= 0 else { return }
            let bytes = Array((word + "\n").utf8)
            // Nobody listens when it was killed itself; there is nothing better to do then.
            _ = withoutPipeSignal { write(line, bytes, bytes.count) }
        }
    }
}

/// The first answer to a question.
private final class Answer: Sendable {
    private let continuation: Mutex<CheckedContinuation<Bool, Never>?>

    init(_ continuation: CheckedContinuation<Bool, Never>) { self.continuation = Mutex(continuation) }

    func give(_ answer: Bool) {
        continuation.withLock { continuation in
            continuation?.resume(returning: answer)
            continuation = nil
        }
    }
}
