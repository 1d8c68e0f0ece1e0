import Synchronization
import WherryCore

/// What was read of rows that seldom change, for as long as nobody changes them.
///
/// Who asks for the URLs of a backup needs the backup, its files, its exports and its source's restriction, which are the
/// same for thousands of calls. They are remembered for a *generation*: the time between two changes, by this process or
/// by another. Only what runs inside ``Catalog/remembering(_:)`` sees them, and its writes hold only if its generation
/// still lasts when they are committed, so what was decided by a remembered row was decided by the row itself.
final class CatalogMemory: Sendable {
    /// What is remembered, of which row.
    struct Key: Hashable, Sendable {
        enum Kind: Sendable { case instance, backup, files, exports, restriction }

        var kind: Kind
        var source: String
        var instance = ""
        var backup = ""
    }

    /// A row changed since it was read: all is to be done again.
    struct Outdated: Error {}

    private struct State {
        var generation: UInt64 = 0
        var values: [Key: any Sendable] = [:]
    }

    /// The generation in which the current task reads; nil when it reads the rows themselves.
    @TaskLocal static var basis: UInt64?

    private static let capacity = 8_192
    private let state = Mutex(State())

    /// The current generation.
    var generation: UInt64 { state.withLock { $0.generation } }

    /// Forgets everything and begins another generation.
    ///
    /// To be called twice for a change, before it is committed and afterwards: what is read in between may be old.
    func forget() {
        state.withLock { state in
            state.generation += 1
            state.values.removeAll(keepingCapacity: true)
        }
    }

    /// What is remembered, or what `read` gives.
    func value<Value: Sendable>(_ key: @autoclosure () -> Key, _ read: () throws -> Value) throws -> Value {
        guard let basis = Self.basis else { return try read() }
        let key = key()
        let known = state.withLock { $0.generation == basis ? $0.values[key] : nil }
        // Nothing known is no value, also where a value may be nil.
        if let known, let value = known as? Value { return value }
        let value = try read()
        state.withLock { state in
            guard state.generation == basis else { return }
            if state.values.count >= Self.capacity { state.values.removeAll(keepingCapacity: true) }
            state.values[key] = value
        }
        return value
    }
}

extension Catalog {
    /// Runs `body` with a memory of what other calls read, and again when some of it turns out to be outdated.
    ///
    /// `body` must end with a write that holds only if nothing changed, such as
    /// ``recordIssue(of:from:files:at:askedBy:run:clients:)``, and must do nothing else that cannot be done twice.
    package func remembering<Value: Sendable>(_ body: @Sendable () async throws -> Value) async throws -> Value {
        for _ in 0..<4 {
            do {
                return try await CatalogMemory.$basis.withValue(memory.generation) { try await body() }
            } catch is CatalogMemory.Outdated {
                continue
            }
        }
        // Where rows change all the time there is nothing to remember.
        return try await body()
    }
}
