import Synchronization

/// The sockets and threads of a server: who is open, and when all are gone.
final class FaultSockets: Sendable {
    private struct State {
        var isStopping = false
        var open: Set<Int32> = []
        var threads = 0
        var accepted = 0
        var waiters: [CheckedContinuation<Void, Never>] = []
    }

    private let state = Mutex(State())

    /// The open sockets, listening ones included.
    var openCount: Int { state.withLock { $0.open.count } }

    /// The threads that run.
    var threadCount: Int { state.withLock { $0.threads } }

    /// Takes a socket in care and counts its thread; nil when the server stops, else which one it is.
    func enter(_ socket: FaultSocket, isConnection: Bool) -> Int? {
        state.withLock { state in
            guard !state.isStopping else { return nil }
            state.open.insert(socket.descriptor)
            state.threads += 1
            if isConnection { state.accepted += 1 }
            return state.accepted
        }
    }

    /// Closes a socket; under the lock, so that its number is not another's when `stop` looks.
    func end(_ socket: FaultSocket, reset: Bool = false) {
        state.withLock { state in
            state.open.remove(socket.descriptor)
            socket.end(reset: reset)
        }
    }

    /// A thread's last act.
    func leave() {
        let waiters = state.withLock { state in
            state.threads -= 1
            guard state.threads == 0 else { return [CheckedContinuation<Void, Never>]() }
            let waiters = state.waiters
            state.waiters = []
            return waiters
        }
        for waiter in waiters { waiter.resume() }
    }

    /// Shuts every socket down and waits for every thread.
    ///
    /// The wait is bounded: all a thread can wait for is its socket, and a socket that is shut
    /// down never makes anybody wait.
    func stop() async {
        state.withLock { state in
            state.isStopping = true
            for descriptor in state.open { FaultSocket(descriptor: descriptor).shutDown() }
        }
        await withCheckedContinuation { continuation in
            let isDone = state.withLock { state in
                if state.threads > 0 { state.waiters.append(continuation) }
                return state.threads == 0
            }
            if isDone { continuation.resume() }
        }
    }
}
