import GRDB
import Synchronization

/// Commits the writes of many tasks together: while one transaction waits for the disk, the next ones gather.
///
/// Each write runs in a savepoint of its own, so one that fails undoes only itself. A write that was handed in is
/// carried out even when its task is cancelled meanwhile: a row is never lost half-way.
final class GroupCommit: Sendable {
    private struct Item {
        let run: @Sendable (Database) -> Void
        let finish: @Sendable ((any Error)?) -> Void
    }

    private struct Queue: ~Copyable {
        var items: [Item] = []
        var isDraining = false
    }

    private static let largestBatch = 1_000
    private let pool: DatabasePool
    private let queue = Mutex(Queue())

    init(pool: DatabasePool) { self.pool = pool }

    /// Runs `body` in the next shared transaction and returns once that is durable.
    func write<Value: Sendable>(_ body: @escaping @Sendable (Database) throws -> Value) async throws -> Value {
        try await withCheckedThrowingContinuation { continuation in
            let outcome = Mutex<Result<Value, any Error>?>(nil)
            add(
                Item(
                    run: { db in
                        let result = Result { try Self.inSavepoint(db, body) }
                        outcome.withLock { $0 = result }
                    },
                    finish: { error in
                        if let error { return continuation.resume(throwing: error) }
                        guard let result = outcome.withLock({ $0 }) else {
                            return continuation.resume(throwing: DatabaseError(resultCode: .SQLITE_INTERNAL))
                        }
                        continuation.resume(with: result)
                    }
                )
            )
        }
    }

    /// Runs `body` in the next shared transaction without waiting for it.
    ///
    /// For rows of statistics: should the disk refuse them, it refuses the next write that somebody waits for too.
    func enqueue(_ body: @escaping @Sendable (Database) throws -> Void) {
        // A savepoint undoes the row alone; nobody is there to hear of it.
        add(Item(run: { db in try? Self.inSavepoint(db, body) }, finish: { _ in }))
    }

    private func add(_ item: Item) {
        let mustStart = queue.withLock { queue in
            queue.items.append(item)
            defer { queue.isDraining = true }
            return !queue.isDraining
        }
        guard mustStart else { return }
        pool.asyncWriteWithoutTransaction { db in self.drain(db) }
    }

    private func drain(_ db: Database) {
        while true {
            let batch = queue.withLock { queue in
                let batch = Array(queue.items.prefix(Self.largestBatch))
                queue.items.removeFirst(batch.count)
                if batch.isEmpty { queue.isDraining = false }
                return batch
            }
            if batch.isEmpty { return }
            do {
                try db.inTransaction(.immediate) {
                    for item in batch { item.run(db) }
                    return .commit
                }
                for item in batch { item.finish(nil) }
            } catch {
                for item in batch { item.finish(error) }
            }
        }
    }

    private static func inSavepoint<Value>(_ db: Database, _ body: (Database) throws -> Value) throws -> Value {
        var value: Result<Value, any Error> = .failure(DatabaseError(resultCode: .SQLITE_INTERNAL))
        try db.inSavepoint {
            value = .success(try body(db))
            return .commit
        }
        return try value.get()
    }
}
