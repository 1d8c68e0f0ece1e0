package import Logging
import NIOPosix
import ServiceLifecycle
import Synchronization
import WherryCore

/// Writes an ``AccessLine`` for each request: collected in memory, written a few times a second.
///
/// Requests never wait for the disk. What cannot be written is dropped, counted, and told once.
package final class AccessLog: Service {
    /// So many bytes are written at once, without waiting for the next turn.
    private static let full = 64 << 10
    /// With so many bytes that could not be written yet, new lines are dropped.
    private static let most = 4 << 20

    private struct Collected {
        var lines: [UInt8] = []
        var dropped = 0
    }

    private let collected = Mutex(Collected())
    private let file: Mutex<AccessFile>
    private let wake = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))
    private let interval: Duration
    private let logger: Logger
    private let milliseconds: @Sendable () -> Int64

    /// Opens the file, mode 0600; what it has stays.
    ///
    /// - Parameters:
    ///   - path: the file, or `-` for standard error.
    ///   - interval: how long a line waits to be written, at most.
    ///   - milliseconds: the time of day, since 1970-01-01T00:00:00Z.
    /// - Throws: ``Failure`` of class `configuration`, code `serve.access-log`, when it cannot be opened.
    package init(
        path: String,
        interval: Duration = .milliseconds(250),
        logger: Logger,
        milliseconds: @escaping @Sendable () -> Int64
    ) throws {
        file = Mutex(try AccessFile(path: path))
        self.interval = interval
        self.logger = logger
        self.milliseconds = milliseconds
    }

    /// How many lines were dropped so far.
    package var dropped: Int { collected.withLock { $0.dropped } }

    /// Adds a line; blocks for nothing but other lines.
    package func add(_ record: AccessRecord) {
        let line = AccessLine.bytes(record, milliseconds: milliseconds() - record.latency.wholeMilliseconds)
        let isFull = collected.withLock { collected in
            guard collected.lines.count + line.count <= Self.most else {
                collected.dropped += 1
                return false
            }
            let before = collected.lines.count
            collected.lines.append(contentsOf: line)
            return before < Self.full && collected.lines.count >= Self.full
        }
        if isFull { wake.continuation.yield() }
    }

    /// Writes what comes until the service group shuts down; call ``flush()`` after that.
    package func run() async throws {
        await cancelWhenGracefulShutdown { [self] in
            await withTaskGroup(of: Void.self) { tasks in
                tasks.addTask { [self] in
                    // Only an end of the task ends the sleep early.
                    while (try? await Task.sleep(for: interval)) != nil { wake.continuation.yield() }
                }
                for await _ in wake.stream {
                    // It throws when the pool is gone, which is when the process ends.
                    try? await NIOThreadPool.singleton.runIfActive { self.flush() }
                }
                tasks.cancelAll()
            }
        }
    }

    /// Writes all lines that are there; blocks.
    package func flush() { file.withLock { write(to: &$0) } }

    /// Opens the file anew, for one that was renamed; all lines so far go to the old one.
    ///
    /// - Throws: ``Failure`` of class `configuration`, code `serve.access-log`; then the old one stays in use.
    package func reopen() async throws {
        try await NIOThreadPool.singleton.runIfActive { [self] in
            try file.withLock { file in
                write(to: &file)
                try file.reopen()
            }
        }
    }

    private func write(to file: inout AccessFile) {
        let lines = collected.withLock { collected in
            defer { collected.lines = [] }
            return collected.lines
        }
        guard !lines.isEmpty else { return }
        let written = file.append(lines)
        guard written.lines < written.of else { return }
        collected.withLock { $0.dropped += written.of - written.lines }
        guard file.isFirstTrouble() else { return }
        logger.error(
            "the access log cannot be written, lines are dropped",
            metadata: ["path": "\(file.path)", "errno": "\(written.errno)"]
        )
    }

    /// Writes what is left, and says how much was lost.
    package func finish() {
        flush()
        let dropped = dropped
        guard dropped > 0 else { return }
        logger.warning("lines of the access log were dropped", metadata: ["lines": "\(dropped)"])
    }
}
