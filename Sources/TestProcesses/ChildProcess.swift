import Foundation
import Synchronization

/// A program that a test started, and that any thread may ask about, signal and wait for.
///
/// Foundation's `Process` ties each child to run loops, and crashes now and then when many threads start and wait at
/// once, which is what tests do. This is `posix_spawn(3)` and `waitid(2)`, and nothing else.
package final class ChildProcess: Sendable {
    /// The program could not be started.
    package struct CannotStart: Error, CustomStringConvertible {
        package let path: String
        package let code: Int32
        package var description: String { "\(path): \(String(cString: strerror(code)))" }
    }

    /// Its number, valid until it was waited for.
    package let id: Int32
    private let ending = Mutex<Int32?>(nil)

    /// Starts a program, with no signal blocked or ignored and no descriptor but the standard ones.
    ///
    /// Input and output are files, never pipes: a pipe stays open as long as anybody's child holds a copy of it.
    ///
    /// - Parameters:
    ///   - path: the program, looked for nowhere else.
    ///   - folder: where it runs; nil for where the tests run.
    ///   - environment: all that its environment holds; nil for that of the tests.
    ///   - input: the file that it reads; nil for nothing to read.
    ///   - output: the file, made or emptied, that takes its standard output; nil for nowhere.
    ///   - error: the same for its standard error, which may be the same file.
    package init(
        _ path: String,
        _ arguments: [String],
        folder: String? = nil,
        environment: [String: String]? = nil,
        input: String? = nil,
        output: String? = nil,
        error: String? = nil
    ) throws {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        let written = O_WRONLY | O_CREAT | O_TRUNC | O_APPEND
        posix_spawn_file_actions_addopen(&actions, 0, input ?? "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 1, output ?? "/dev/null", written, 0o600)
        if let error, error == output {
            posix_spawn_file_actions_adddup2(&actions, 1, 2)
        } else {
            posix_spawn_file_actions_addopen(&actions, 2, error ?? "/dev/null", written, 0o600)
        }
        // What other threads open meanwhile lies closely above what is open now.
        let open = try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").compactMap { Int32($0) }
        for descriptor in 3..<((open.max() ?? 3) + 256) { posix_spawn_file_actions_addclose(&actions, descriptor) }

        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var none = sigset_t()
        sigemptyset(&none)
        var usual = sigset_t()
        sigemptyset(&usual)
        for signal in [SIGPIPE, SIGTERM, SIGINT, SIGHUP, SIGCHLD] { sigaddset(&usual, signal) }
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setsigdefault(&attributes, &usual)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))

        // Swift sees no call that sets the folder of a child; env(1) has an option for it.
        let command = (folder.map { ["/usr/bin/env", "-C", $0] } ?? []) + [path] + arguments
        let variables = environment ?? ProcessInfo.processInfo.environment
        var words = command.map { strdup($0) } + [nil]
        var settings = variables.map { strdup("\($0)=\($1)") } + [nil]
        defer { for copy in words + settings { free(copy) } }
        var number: pid_t = 0
        let code = posix_spawn(&number, command[0], &actions, &attributes, &words, &settings)
        guard code == 0 else { throw CannotStart(path: path, code: code) }
        id = number
    }

    /// Whether it is still at work.
    package var isRunning: Bool { collect() == nil }

    /// Sends it a signal, unless it has ended.
    package func signal(_ signal: Int32) {
        ending.withLock { status in
            if status == nil { kill(id, signal) }
        }
    }

    /// Blocks the thread until it has ended.
    ///
    /// - Returns: the exit status, or 128 and the number of the signal that ended it.
    @discardableResult package func wait() -> Int32 {
        while true {
            if let status = collect() { return status }
            var information = siginfo_t()
            // Leaves it to be collected: its number stays its own until then.
            waitid(P_PID, id_t(id), &information, WEXITED | WNOWAIT)
        }
    }

    private func collect() -> Int32? {
        ending.withLock { status in
            if status != nil { return status }
            var code: Int32 = 0
            guard waitpid(id, &code, WNOHANG) == id else { return nil }
            status = code & 0x7F == 0 ? (code >> 8) & 0xFF : 128 + (code & 0x7F)
            return status
        }
    }
}
