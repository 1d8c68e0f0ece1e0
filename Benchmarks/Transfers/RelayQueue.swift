import Foundation

/// Bytes on their way through a ``Relay``: they lie in pipes of the kernel, never in this process.
///
/// A pipe holds 1 MiB at most unless a right is given, so there are several; a further one is made when it is needed.
struct RelayQueue {
    /// What came of an attempt to move bytes.
    enum Outcome {
        case moved(Int)
        /// Nothing is there, or nothing can be taken, until the socket is ready again.
        case waits
        /// The pipes are full.
        case full
        case ended
        case failed
    }

    private struct Pipe {
        let output: Int32
        let input: Int32
        var held = 0
    }

    /// Bytes in one pipe, and when they arrive.
    private struct Lot {
        let at: UInt64
        let pipe: Int
        var count: Int
    }

    private let calls: LinuxCalls
    private let most: Int
    private var pipes: [Pipe] = []
    private var filling = 0
    private var lots: ArraySlice<Lot> = []

    /// - Parameter most: how many pipes there may be.
    init(_ calls: LinuxCalls, most: Int) throws {
        (self.calls, self.most) = (calls, most)
        try addPipe()
    }

    /// When the first bytes arrive.
    var next: UInt64? { lots.first?.at }

    func close() {
        for pipe in pipes {
            Glibc.close(pipe.output)
            Glibc.close(pipe.input)
        }
    }

    /// Takes at most `count` bytes from a socket; they arrive `at`.
    mutating func take(_ count: Int, from socket: Int32, at: UInt64) throws -> Outcome {
        let moved = calls.splice(socket, nil, pipes[filling].input, nil, count, LinuxCalls.spliceFlags)
        guard moved <= 0 else {
            pipes[filling].held += moved
            lots.append(Lot(at: at, pipe: filling, count: moved))
            return .moved(moved)
        }
        guard moved < 0 else { return .ended }
        guard errno == EAGAIN else { return .failed }
        // Either side may be meant.
        var waiting: Int32 = 0
        guard pipes[filling].held > 0, ioctl(socket, UInt(FIONREAD), &waiting) == 0, waiting > 0 else { return .waits }
        return try turn() ? try take(count, from: socket, at: at) : .full
    }

    /// Hands at most `count` of the first bytes to a socket.
    mutating func deliver(_ count: Int, to socket: Int32) -> Outcome {
        guard var lot = lots.first else { return .ended }
        let pipe = pipes[lot.pipe].output
        let moved = calls.splice(pipe, nil, socket, nil, min(count, lot.count), LinuxCalls.spliceFlags)
        guard moved > 0 else { return moved < 0 && errno == EAGAIN ? .waits : .failed }
        pipes[lot.pipe].held -= moved
        lot.count -= moved
        if lot.count > 0 { lots[lots.startIndex] = lot } else { lots.removeFirst() }
        return .moved(moved)
    }

    /// Goes on with an empty pipe; false when there is none.
    private mutating func turn() throws -> Bool {
        if let empty = pipes.firstIndex(where: { $0.held == 0 }) {
            filling = empty
            return true
        }
        guard pipes.count < most else { return false }
        try addPipe()
        filling = pipes.count - 1
        return true
    }

    private mutating func addPipe() throws {
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else { throw TrialError(call: "pipe") }
        // Refused, it stays at 64 KiB.
        if most > 1 { _ = fcntl(ends[1], LinuxCalls.setPipeSize, Int32(1 << 20)) }
        pipes.append(Pipe(output: ends[0], input: ends[1]))
    }
}
