import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Our end of a pipe that a program writes.
final class OutputPipe: Sendable {
    /// The most that is read at once, in bytes.
    static let chunk = 256 << 10

    private enum Step { case bytes([UInt8]), empty, end }

    private let descriptor: Int32
    private let latch: Latch
    private let activity: Activity
    /// How much is still read after the latch fell: what can lie in the pipe, as a stranger may write on and on.
    private let rest = Mutex(Int(PipeEnds.room) + chunk)

    init(_ descriptor: Int32, latch: Latch, activity: Activity) {
        self.descriptor = descriptor
        self.latch = latch
        self.activity = activity
    }

    deinit { close(descriptor) }

    /// The next bytes, one or more; nil at the end.
    func next() async -> [UInt8]? {
        switch step() {
        case .bytes(let bytes): return bytes
        case .end: return nil
        case .empty: return await apart("wherry.program.output") { [self] in wait() }
        }
    }

    /// Hands everything on from this thread, until the end.
    func drain(_ body: ([UInt8]) -> Void) {
        while let bytes = wait() { body(bytes) }
    }

    private func wait() -> [UInt8]? {
        while true {
            switch step() {
            case .bytes(let bytes): return bytes
            case .end: return nil
            case .empty: guard latch.wait(for: POLLIN, on: descriptor) else { return nil }
            }
        }
    }

    private func step() -> Step {
        if latch.isDown, rest.withLock({ $0 <= 0 }) { return .end }
        var code: Int32 = 0
        var count = 0
        let bytes = [UInt8](unsafeUninitializedCapacity: Self.chunk) { buffer, filled in
            count = read(descriptor, buffer.baseAddress, buffer.count)
            code = errno
            filled = max(count, 0)
        }
        if count > 0 {
            activity.moved()
            if latch.isDown { rest.withLock { $0 -= count } }
            return .bytes(bytes)
        }
        if count < 0, code == EAGAIN || code == EINTR { return .empty }
        return .end
    }
}
