import Synchronization
import WherryCore

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Writes to a program's standard input.
public struct ProgramWriter: Sendable {
    let pipe: InputPipe

    /// Writes all of the bytes; returns when the system has taken them.
    ///
    /// One after the other: nobody may write while another write is under way.
    ///
    /// - Throws: ``Failure`` `program.input-closed` when the program reads no more; what it ended with is in the outcome.
    public func write(_ bytes: [UInt8]) async throws { try await pipe.write(bytes) }
}

/// Our end of the pipe that a program reads.
final class InputPipe: Sendable {
    private enum Fate { case open, cut, ended }
    private enum Step { case wrote(Int), full, cut }

    private struct State {
        var descriptor: Int32
        /// After the end was written: a reader of ours, who sees what the program left.
        var witness: Int32 = -1
        var fate = Fate.open
    }

    private let state: Mutex<State>
    private let latch: Latch
    private let activity: Activity

    init(_ descriptor: Int32, latch: Latch, activity: Activity) {
        state = Mutex(State(descriptor: descriptor))
        self.latch = latch
        self.activity = activity
    }

    deinit {
        state.withLock { state in
            if state.descriptor >= 0 { close(state.descriptor) }
            if state.witness >= 0 { close(state.witness) }
        }
    }

    /// One that outlives us and holds our end for as long as the bytes are not verified; nil where there is no shell.
    func guarded() async -> EndGuard? { await EndGuard.start(holding: state.withLock { $0.descriptor }) }

    /// Whether the program read no more while there was more.
    var isCut: Bool { state.withLock { $0.fate == .cut } }

    func write(_ bytes: [UInt8]) async throws {
        activity.theirTurn()
        defer { activity.ourTurn() }
        var done = 0
        // Without a wait as long as there is room.
        while done < bytes.count {
            try Task.checkCancellation()
            switch step(bytes, from: done) {
            case .wrote(let count):
                done += count
                activity.moved()
            case .full:
                let start = done
                done = await apart("wherry.program.input") { [self] in push(bytes, from: start) }
            case .cut:
                throw Self.closed
            }
        }
    }

    /// Writes until all is written, nobody reads any more, or some was written and there is no room.
    private func push(_ bytes: [UInt8], from start: Int) -> Int {
        var done = start
        while done < bytes.count {
            switch step(bytes, from: done) {
            case .wrote(let count):
                done += count
                activity.moved()
            case .full:
                let descriptor = state.withLock { $0.descriptor }
                guard latch.wait(for: POLLOUT, on: descriptor) else {
                    state.withLock { $0.fate = .cut }
                    return done
                }
            case .cut:
                return done
            }
        }
        return done
    }

    private func step(_ bytes: [UInt8], from start: Int) -> Step {
        state.withLock { state in
            guard state.fate == .open else { return .cut }
            let count = withoutPipeSignal {
                bytes.withUnsafeBytes { bytes in
                    #if canImport(Glibc)
                        Glibc.write(state.descriptor, bytes.baseAddress.map { $0 + start }, bytes.count - start)
                    #elseif canImport(Musl)
                        Musl.write(state.descriptor, bytes.baseAddress.map { $0 + start }, bytes.count - start)
                    #else
                        Darwin.write(state.descriptor, bytes.baseAddress.map { $0 + start }, bytes.count - start)
                    #endif
                }
            }
            if count.result >= 0 { return .wrote(count.result) }
            if count.code == EAGAIN || count.code == EINTR { return .full }
            state.fate = .cut
            return .cut
        }
    }

    /// Nobody will read any more: the program is gone.
    func cut() { state.withLock { if $0.fate == .open { $0.fate = .cut } } }

    /// Lets the program see the end.
    func end() {
        state.withLock { state in
            guard state.fate == .open else { return }
            state.fate = .ended
            #if os(Linux)
                // Opened before the close, as a pipe without any end is gone. A reader keeps no end from being seen.
                state.witness = open("/proc/self/fd/\(state.descriptor)", O_RDONLY | O_NONBLOCK | O_CLOEXEC)
            #endif
            close(state.descriptor)
            state.descriptor = -1
        }
    }

    /// How many bytes nobody read; 0 where that cannot be known.
    ///
    /// To be asked when the program is gone.
    var unread: Int {
        state.withLock { state in
            let descriptor = state.fate == .ended ? state.witness : state.descriptor
            var count: Int32 = 0
            guard descriptor >= 0, ioctl(descriptor, UInt(FIONREAD), &count) == 0 else { return 0 }
            return Int(count)
        }
    }

    private static let closed = Failure(
        .transient,
        code: "program.input-closed",
        "The program reads no more.",
        remedy: "See what it says."
    )
}

/// Calls a function that may raise SIGPIPE, which then nobody sees: the signal's default is to end this process.
func withoutPipeSignal(_ body: () -> Int) -> (result: Int, code: Int32) {
    var pipe = sigset_t()
    sigemptyset(&pipe)
    sigaddset(&pipe, SIGPIPE)
    var before = sigset_t()
    var pending = sigset_t()
    sigpending(&pending)
    let wasPending = sigismember(&pending, SIGPIPE) == 1
    pthread_sigmask(SIG_BLOCK, &pipe, &before)
    let result = body()
    let code = errno
    if result < 0, code == EPIPE, !wasPending {
        sigpending(&pending)
        var taken: Int32 = 0
        if sigismember(&pending, SIGPIPE) == 1 { sigwait(&pipe, &taken) }
    }
    pthread_sigmask(SIG_SETMASK, &before, nil)
    return (result, code)
}
