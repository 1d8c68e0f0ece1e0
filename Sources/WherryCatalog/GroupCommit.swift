import Dispatch
import GRDB
import Synchronization

/// Commits the writes of many tasks together: while one transaction waits for the disk, the next ones gather.
///
/// What nobody waits for is written in bulk, when it has waited for ``patience`` or there is enough of it: each commit
/// writes whole pages, so few rows cost as much as many.
/// When one of them fails, all are undone and run again, each in a savepoint of its own, so that one that fails undoes only
/// itself: a write may run twice and must do nothing but write. One that was handed in is carried out even when its task is
/// cancelled meanwhile: a row is never lost half-way.
final class GroupCommit: Sendable {
    private struct Item {
        /// Writes; the error is kept for ``finish`` too.
        let run: @Sendable (Database) throws -> Void
        let finish: @Sendable ((any Error)?) -> Void
        /// Whether it changes rows that ``CatalogMemory`` holds.
        let changesMemory: Bool
    }

    private struct Queue: ~Copyable {
        /// What somebody waits for.
        var items: [Item] = []
        var isDraining = false
        /// With how many items the writer, which gathers, would go on; 0 when it does not gather.
        var wanted = 0
        /// What nobody waits for.
        var later: [Item] = []
        /// Whether a time is set at which that is written.
        var isTimed = false
        /// Whether it is to be written now.
        var isDue = false

        mutating func take(_ most: Int) -> [Item] {
            var batch = Array(items.prefix(most))
            items.removeFirst(batch.count)
            if isDue {
                let more = later.prefix(most - batch.count)
                batch += more
                later.removeFirst(more.count)
                isDue = !later.isEmpty
            }
            return batch
        }
    }

    /// What the writer remembers from one transaction to the next.
    private struct Writer {
        /// The version of the database that it saw last.
        var version: Int64 = -1
        /// How many came together lately: so many may come together again.
        var usual = 0
    }

    private static let largestBatch = 1_000
    /// So many rows that nobody waits for are enough for one commit; more would make others wait for them.
    private static let bulk = 256
    /// How long rows that nobody waits for may wait for company.
    private static let patience = DispatchTimeInterval.milliseconds(200)
    /// How long a commit may wait for company.
    private static let gathering = DispatchTimeInterval.microseconds(1_000)
    /// Company enough: while so many are written, the next ones get ready.
    private static let company = 12
    private let pool: DatabasePool
    private let memory: CatalogMemory
    private let queue = Mutex(Queue())
    private let gathered = DispatchSemaphore(value: 0)
    private let writer = Mutex(Writer())

    init(pool: DatabasePool, memory: CatalogMemory) {
        self.pool = pool
        self.memory = memory
    }

    /// Runs `body` in the next shared transaction and returns once that is durable.
    ///
    /// - Parameter changesMemory: whether it changes rows that ``CatalogMemory`` holds.
    func write<Value: Sendable>(
        changesMemory: Bool = true,
        _ body: @escaping @Sendable (Database) throws -> Value
    ) async throws -> Value {
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
                    },
                    changesMemory: changesMemory
                )
            )
        }
    }

    /// Runs `body` in the next shared transaction without waiting for it.
    ///
    /// For rows of statistics: should the disk refuse them, it refuses the next write that somebody waits for too.
    func enqueue(_ body: @escaping @Sendable (Database) throws -> Void) {
        // Nobody is there to hear of a failure.
        let item = Item(run: { db in try body(db) }, finish: { _ in }, changesMemory: false)
        let (isBulk, mustTime) = queue.withLock { queue in
            queue.later.append(item)
            defer { queue.isTimed = true }
            return (queue.later.count == Self.bulk, !queue.isTimed)
        }
        if isBulk { startAll() }
        guard mustTime else { return }
        DispatchQueue.global().asyncAfter(deadline: .now() + Self.patience) { [weak self] in
            self?.queue.withLock { $0.isTimed = false }
            self?.startAll()
        }
    }

    private func startAll() {
        queue.withLock { $0.isDue = !$0.later.isEmpty }
        start()
    }

    /// Returns once everything that was handed in is durable.
    func flush() {
        // The writer works in order: when it comes to this, all that was begun before is done.
        pool.writeWithoutTransaction { db in
            queue.withLock { $0.isDue = !$0.later.isEmpty }
            drain(db)
        }
    }

    private func add(_ item: Item) {
        let isEnough = queue.withLock { queue in
            queue.items.append(item)
            guard queue.wanted > 0, queue.items.count >= queue.wanted else { return false }
            queue.wanted = 0
            return true
        }
        if isEnough { gathered.signal() } else { start() }
    }

    private func start() {
        let mustStart = queue.withLock { queue in
            if queue.isDraining || queue.items.isEmpty && !queue.isDue { return false }
            queue.isDraining = true
            return true
        }
        guard mustStart else { return }
        pool.asyncWriteWithoutTransaction { db in self.drain(db) }
    }

    private func drain(_ db: Database) {
        while true {
            gather(min(Self.company, writer.withLock { $0.usual }))
            let (batch, awaited) = queue.withLock { queue in
                let awaited = queue.items.count
                let batch = queue.take(Self.largestBatch)
                if batch.isEmpty { queue.isDraining = false }
                return (batch, awaited)
            }
            if batch.isEmpty { return }
            writer.withLock { $0.usual = max(awaited, $0.usual * 7 / 8) }
            let changesMemory = batch.contains { $0.changesMemory }
            var failure: (any Error)?
            do {
                try commit(batch, changesMemory, db)
            } catch {
                failure = error
            }
            // Whoever read between the first write and its commit read what is old now.
            if changesMemory { memory.forget() }
            for item in batch { item.finish(failure) }
        }
    }

    /// Waits a moment for those who wrote a moment ago, when they are many: each commit costs as much as many rows.
    private func gather(_ usual: Int) {
        guard usual > 2 else { return }
        let mustWait = queue.withLock { queue in
            queue.wanted = queue.items.count < usual ? usual : 0
            return queue.wanted > 0
        }
        guard mustWait else { return }
        _ = gathered.wait(timeout: .now() + Self.gathering)
        queue.withLock { $0.wanted = 0 }
    }

    private func commit(_ batch: [Item], _ changesMemory: Bool, _ db: Database) throws {
        var hasFailed = false
        try db.inTransaction(.immediate) {
            let isChanged = try isChangedByOthers(db)
            if changesMemory || isChanged { memory.forget() }
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

    /// Whether another connection committed something since this was asked last.
    private func isChangedByOthers(_ db: Database) throws -> Bool {
        let statement = try db.cachedStatement(sql: "PRAGMA data_version")
        guard let now = try Int64.fetchOne(statement) else { return true }
        return writer.withLock { writer in
            defer { writer.version = now }
            return writer.version != now
        }
    }
}
