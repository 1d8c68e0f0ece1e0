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

/// Our end of a named pipe, through which a plugin gives the bytes of one file.
///
/// It is held open until it is let go, so nothing is lost of what a plugin wrote before it ended.
final class ReadingPipe: Sendable {
    /// How much is taken at once, in bytes.
    private static let piece = 256 << 10

    /// Its path.
    let path: String
    private let descriptor: Int32

    /// Makes the pipe.
    ///
    /// - Throws: ``Failure`` of class `exhausted`.
    init(_ path: String) throws {
        self.path = path
        // Without waiting for whoever writes.
        descriptor = mkfifo(path, 0o600) == 0 ? open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC) : -1
        guard descriptor >= 0 else {
            throw Failure(
                .exhausted,
                code: "external.no-stream",
                "The pipe \(path) could not be made: \(String(cString: strerror(errno))).",
                remedy: "Look at the room and the rights of its folder."
            )
        }
    }

    deinit { if descriptor >= 0 { close(descriptor) } }

    /// What lies in it now; nothing when it is empty, whether somebody still writes or not.
    func next() -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: Self.piece) { buffer, filled in
            var count = read(descriptor, buffer.baseAddress, buffer.count)
            while count < 0, errno == EINTR { count = read(descriptor, buffer.baseAddress, buffer.count) }
            filled = max(0, count)
        }
    }
}

/// One reading: the pipe, and how the conversation about it goes.
final class Reading: Sendable {
    private struct State {
        var talk: Talk?
        var isOver = false
    }

    private let pipe: ReadingPipe
    private let state = Mutex(State())

    init(_ pipe: ReadingPipe) { self.pipe = pipe }

    /// The plugin has been asked, and now writes.
    func began(_ talk: Talk) {
        // There is nothing that it has to be given.
        talk.hasAll()
        state.withLock { $0.talk = talk }
    }

    /// The plugin's process is gone: what lies in the pipe is the rest.
    func ended() { state.withLock { $0.isOver = true } }

    /// Passes on what the plugin writes, until its process is gone and the pipe is empty.
    func passOn(to receive: @Sendable ([UInt8]) async throws -> Void) async throws {
        var pause = Duration.milliseconds(1)
        while true {
            try Task.checkCancellation()
            let (talk, isOver) = state.withLock { ($0.talk, $0.isOver) }
            let bytes = pipe.next()
            if bytes.isEmpty {
                if isOver { return }
                try await Task.sleep(for: pause)
                pause = min(pause * 2, .milliseconds(10))
                continue
            }
            pause = .milliseconds(1)
            talk?.ourTurn()
            try await receive(bytes)
            talk?.theirTurn()
        }
    }
}
