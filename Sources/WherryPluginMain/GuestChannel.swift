import Dispatch
import Synchronization
import WherryPluginWire

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// The plugin's ends of the conversation.
final class GuestChannel: Sendable {
    private struct State {
        var lines: [[UInt8]] = []
        var isOver = false
        var waiting: CheckedContinuation<[UInt8]?, Never>?
        var stop: (@Sendable () -> Void)?
        var mustStop = false
    }

    private let output: Int32
    /// One line at a time, whoever speaks.
    private let turn = Mutex(())
    private let state = Mutex(State())

    /// Takes standard input and output for itself; what else writes to standard output writes to standard error then.
    init() {
        output = fcntl(1, F_DUPFD_CLOEXEC, 3)
        dup2(2, 1)
        signal(SIGTERM, SIG_IGN)
        signal(SIGPIPE, SIG_IGN)
        DispatchQueue(label: "wherry.plugin.signals").async { [self] in
            // The source lives as long as the process, which is as long as anybody can ask it to stop.
            let signals = DispatchSource.makeSignalSource(signal: SIGTERM, queue: .global())
            signals.setEventHandler { self.stop() }
            signals.resume()
            withExtendedLifetime(signals) { read() }
        }
    }

    /// Words for a person at a terminal.
    static func complain(_ text: String) { _ = Array(text.utf8).withUnsafeBytes { write(2, $0.baseAddress, $0.count) } }

    /// Calls `stop` once the parent asks for it or is gone.
    func whenToldToStop(_ stop: @escaping @Sendable () -> Void) {
        let isLate = state.withLock { state in
            state.stop = stop
            return state.mustStop
        }
        if isLate { stop() }
    }

    private func stop() {
        let (stop, waiting) = state.withLock { state in
            state.mustStop = true
            defer { state.waiting = nil }
            return (state.stop, state.waiting)
        }
        stop?()
        // Nobody waits for a line any more.
        waiting?.resume(returning: nil)
    }

    /// The next line of standard input; nil when the parent is gone.
    func line() async -> [UInt8]? {
        await withCheckedContinuation { continuation in
            let ready = state.withLock { state -> [UInt8]?? in
                if !state.lines.isEmpty { return state.lines.removeFirst() }
                if state.isOver || state.mustStop { return .some(nil) }
                state.waiting = continuation
                return nil
            }
            if let ready { continuation.resume(returning: ready) }
        }
    }

    /// Says one line; a parent that reads no more is gone.
    func say(_ message: PluginMessage) {
        guard let line = try? message.value.line() else { return }  // only a number that is not finite fails
        let isHeard = turn.withLock { _ in
            var rest = (line + [UInt8(ascii: "\n")])[...]
            while !rest.isEmpty {
                let count = rest.withUnsafeBytes { write(output, $0.baseAddress, $0.count) }
                guard count > 0 || errno == EINTR else { return false }
                rest = rest.dropFirst(max(0, count))
            }
            return true
        }
        if !isHeard { stop() }
    }

    private func read() {
        var line: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 64 << 10)
        while true {
            let count = systemRead(&buffer)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { break }
            for byte in buffer[..<count] {
                if byte == UInt8(ascii: "\n") {
                    give(line)
                    line = []
                } else {
                    line.append(byte)
                }
            }
        }
        give(nil)
        stop()
    }

    private func give(_ line: [UInt8]?) {
        let waiting = state.withLock { state -> CheckedContinuation<[UInt8]?, Never>? in
            if line == nil { state.isOver = true }
            guard let waiting = state.waiting else {
                if let line { state.lines.append(line) }
                return nil
            }
            state.waiting = nil
            return waiting
        }
        waiting?.resume(returning: line)
    }
}

private func systemRead(_ buffer: inout [UInt8]) -> Int { read(0, &buffer, buffer.count) }
