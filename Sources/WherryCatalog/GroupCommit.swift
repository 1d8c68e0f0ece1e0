import GRDB
import Synchronization

/// Commits the writes of many tasks together: while one transaction waits for the disk, the next ones gather.
///
/// When one of them fails, all are undone and run again, each in a savepoint of its own, so that one that fails undoes only
/// itself: a write may run twice and must do nothing but write. One that was handed in is carried out even when its task is
/// cancelled meanwhile: a row is never lost half-way.
final class GroupCommit: Sendable {
    private struct Item {
        /// Writes; the error is kept for ``finish`` too.
        let run: @Sendable (Database) throws -> Void
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
                        let result = Result { try body(db) }
                        outcome.withLock { $0 = result }
                        _ = try result.get()
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
        // Nobody is there to hear of a failure.
        add(Item(run: { db in try body(db) }, finish: { _ in }))
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
                try commit(batch, db)
                for item in batch { item.finish(nil) }
            } catch {
                for item in batch { item.finish(error) }
            }
        }
    }

    private func commit(_ batch: [Item], _ db: Database) throws {
        var hasFailed = false
        try db.inTransaction(.immediate) {
            do {
                for item in batch { try item.run(db) }
                return .commit
            } catch {
                hasFailed = true
                return .rollback
            }
        }
        guard hasFailed else { return }
        try db.inTransaction(.immediate) {
            for item in batch {
                // Who waits for it hears of its failure from what it kept.
                try? db.inSavepoint {
                    try item.run(db)
                    return .commit
                }
            }
            return .commit
        }
    }
}
