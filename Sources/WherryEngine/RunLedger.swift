import Synchronization
import WherryCatalog
import WherryCore
import WherryPluginKit

/// The sums and failures of a run while its deliveries end, in any order.
final class RunLedger: Sendable {
    struct State: Sendable {
        var totals = RunTotals()
        var failed: [RunReport.Failed] = []
        var abandoned: [Failure] = []
        var bySink: [SinkName: (delivered: Int, failed: Int)] = [:]
        var emitted: [SinkName: [Emitted]] = [:]
        var stopped: [SourceName: Failure] = [:]
        /// Those that did not get all that they were to get, for a reason that is no failed delivery.
        var unserved: Set<SinkName> = []
        /// Copies that sinks do not keep any more and that were removed.
        var removed = 0
        /// Those that could not be prepared; nothing is brought to them.
        var unprepared: Set<SinkName> = []
    }

    /// A delivery whose instructions count once the sink has finished.
    struct Emitted: Sendable {
        var key: Backup.Key
        var delivery: Int64
        var receipt: Receipt
    }

    private let state = Mutex(State())

    var snapshot: State { state.withLock { $0 } }

    func planned(_ count: Int) { state.withLock { $0.totals.planned += count } }

    func delivered(_ receipt: Receipt, to sink: SinkName) {
        state.withLock {
            $0.totals.delivered += 1
            $0.totals.bytes += receipt.artifacts.reduce(0) { $0 + ($1.size?.bytes ?? 0) }
            $0.bySink[sink, default: (0, 0)].delivered += 1
        }
    }

    func emitted(_ emitted: Emitted, to sink: SinkName) {
        state.withLock {
            $0.bySink[sink, default: (0, 0)].delivered += 1
            $0.emitted[sink, default: []].append(emitted)
        }
    }

    func published(_ count: Int) { state.withLock { $0.totals.emitted += count } }

    func failed(_ key: Backup.Key, _ sink: SinkName, _ failure: Failure) {
        state.withLock {
            $0.totals.failed += 1
            $0.failed.append(RunReport.Failed(key: key, sink: sink, failure: failure))
            $0.bySink[sink, default: (0, 0)].failed += 1
        }
    }

    /// Nothing is brought to this sink in this run.
    func unprepared(_ sink: SinkName, _ failure: Failure) {
        state.withLock {
            $0.unprepared.insert(sink)
            $0.abandoned.append(failure)
        }
    }

    /// A delivery that was planned was not even begun; why was said once.
    func skipped(_ sink: SinkName) {
        state.withLock {
            $0.totals.failed += 1
            $0.bySink[sink, default: (0, 0)].failed += 1
        }
    }

    /// These sinks did not get all that they were to get.
    func unserved(_ sinks: [SinkName]) { state.withLock { $0.unserved.formUnion(sinks) } }

    /// A copy was removed.
    func removed() { state.withLock { $0.removed += 1 } }

    func abandoned(_ failure: Failure) { state.withLock { $0.abandoned.append(failure) } }

    /// No more questions to this source: it would refuse each of them.
    func stop(_ source: SourceName, _ failure: Failure) {
        state.withLock { if $0.stopped[source] == nil { $0.stopped[source] = failure } }
    }
}
