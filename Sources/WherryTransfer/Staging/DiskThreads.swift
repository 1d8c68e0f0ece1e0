import NIOCore
import NIOPosix
import Synchronization

/// The threads on which calls to one disk may block: one that hangs holds up nobody but those who use it.
///
/// They are never joined; a call that hangs in the kernel could not be.
struct DiskThreads: Sendable {
    private static let pools = Mutex<[String: NIOThreadPool]>([:])
    private static let turns = Mutex<[String: FolderTurn]>([:])

    /// Whose disk it is; nil for those who share the threads of the process.
    private let owner: String?
    /// For changes of names on it.
    let folderTurn: FolderTurn

    /// The threads of this owner's disk, as many as there are cores; they start with the first call.
    init(of owner: String?) {
        self.owner = owner
        folderTurn = Self.turns.withLock { turns in
            if let turn = turns[owner ?? ""] { return turn }
            let turn = FolderTurn()
            turns[owner ?? ""] = turn
            return turn
        }
    }

    /// Runs what may block.
    func run<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value {
        try await pool.runIfActive(body)
    }

    /// Runs what may block, also for others than the task that asks: its cancellation does not stop it.
    func runToTheEnd<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value {
        try await withCheckedThrowingContinuation { continuation in
            pool.submit { state in
                guard state == .active else { return continuation.resume(throwing: CancellationError()) }
                continuation.resume(with: Result(catching: body))
            }
        }
    }

    /// Runs what may block for ever.
    ///
    /// - Returns: nil when it takes longer than `patience`; the thread is at it still.
    func run<Value: Sendable>(
        within patience: Duration,
        _ body: @escaping @Sendable () throws -> Value
    ) async throws -> Result<Value, any Error>? {
        let pending = Pending<Result<Value, any Error>>()
        pool.submit { state in
            guard state == .active else { return }
            _ = pending.give(Result(catching: body))
        }
        return try await withThrowingTaskGroup(of: Result<Value, any Error>?.self) { group in
            group.addTask { await pending.value() }
            group.addTask {
                try await Task.sleep(for: patience)
                return nil
            }
            defer { group.cancelAll() }
            let first = try await group.next() ?? nil
            try Task.checkCancellation()
            return first
        }
    }

    private var pool: NIOThreadPool {
        guard let owner else { return .singleton }
        return Self.pools.withLock { pools in
            if let pool = pools[owner] { return pool }
            let pool = NIOThreadPool(numberOfThreads: max(2, NIOSingletons.blockingPoolThreadCountSuggestion))
            pool.start()
            pools[owner] = pool
            return pool
        }
    }
}

/// One change of names at a time: the kernel's lock of a folder lets waiting threads spin, which costs more than the work.
final class FolderTurn: Sendable {
    private let turn = Mutex(())

    func take<Value>(_ body: () -> sending Value) -> sending Value { turn.withLock { _ in body() } }
}

/// Runs what takes a while, but not on a disk, on a thread for that.
func onThread<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value {
    try await DiskThreads(of: nil).run(body)
}
