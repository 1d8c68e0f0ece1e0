import Synchronization
import WherryCore

/// The sinks that were waited for in vain, for all backups of a job: nobody waits for them again until they are back.
package final class Stragglers: Sendable {
    private let sinks = Mutex<Set<SinkName>>([])

    /// None yet.
    package init() {}

    var all: Set<SinkName> { sinks.withLock { $0 } }

    func add(_ more: Set<SinkName>) {
        guard !more.isEmpty else { return }
        sinks.withLock { $0.formUnion(more) }
    }

    func remove(_ sink: SinkName) { sinks.withLock { _ = $0.remove(sink) } }
}
