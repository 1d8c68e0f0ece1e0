import Synchronization
import WherryCore
import WherryPluginKit

/// The bytes of one download on their way to several receivers, each of which takes them at its own pace within bounds.
final class Broadcast: Sendable {
    /// What a receiver gets next.
    enum Next: Sendable {
        /// These bytes.
        case bytes([UInt8])
        /// All bytes were passed on and the download judged the whole.
        case end(FetchedFile)
        /// It held the others back and is let go: so many bytes it has.
        case released(at: Int64)
    }

    private struct Receiver {
        var queue: [[UInt8]] = []
        var queued = 0
        var taken: Int64 = 0
        var isReleased = false
    }

    private struct State {
        var receivers: [SinkName: Receiver]
        var outcome: Result<FetchedFile, Failure>?
    }

    /// How many bytes may wait for one receiver.
    private static let room = 4 << 20

    private let state: Mutex<State>
    private let arrivals = Wakeups()
    private let departures = Wakeups()
    private let laggards: Mutex<Laggards>
    private let start = ContinuousClock.now

    /// A broadcast to these receivers.
    init(to receivers: [SinkName], laggards: Laggards = Laggards()) {
        state = Mutex(State(receivers: Dictionary(receivers.map { ($0, Receiver()) }) { first, _ in first }))
        self.laggards = Mutex(laggards)
    }

    /// Not a cancellation: who was let go before is still waiting for the end.
    private static let abandoned = Failure(
        .transient,
        code: "fan-out.abandoned",
        "The last sink that took the bytes of a shared download gave up.",
        remedy: "Nothing to do: the delivery is tried again."
    )

    // MARK: - For the download

    /// Passes bytes on; returns when there is room for more.
    ///
    /// - Throws: ``Failure`` `fan-out.abandoned` when nobody listens any more.
    func push(_ bytes: [UInt8]) async throws {
        state.withLock { state in
            for sink in state.receivers.keys where state.receivers[sink]?.isReleased == false {
                state.receivers[sink]?.queue.append(bytes)
                state.receivers[sink]?.queued += bytes.count
            }
        }
        arrivals.wake()
        var departure: AsyncStream<Void>.Iterator?
        while true {
            let (full, open) = state.withLock { state in
                let listening = state.receivers.filter { !$0.value.isReleased }
                return (listening.filter { $0.value.queued >= Self.room }.mapValues(\.taken), listening.count)
            }
            guard open > 0 else { throw Self.abandoned }
            guard !full.isEmpty else {
                if departure != nil { laggards.withLock { $0.proceeded() } }
                return
            }
            if departure == nil {
                // Whoever leaves room between the look above and this is seen at the next look.
                departure = departures.listen().makeAsyncIterator()
                continue
            }
            let began = ContinuousClock.now
            guard await departure?.next() != nil, !Task.isCancelled else { throw CancellationError() }
            judge(full, others: open - full.count, since: began)
        }
    }

    /// - Parameter full: who had no room, with how much each had taken.
    private func judge(_ full: [SinkName: Int64], others: Int, since began: ContinuousClock.Instant) {
        let now = ContinuousClock.now
        let idle = state.withLock { state in full.filter { state.receivers[$0.key]?.taken == $0.value }.map(\.key) }
        let gone = laggards.withLock { laggards in
            laggards.waited(
                // It looks once a second: when it took longer, the machine stood still, and nobody is to blame.
                min((now - began) / .seconds(1), 2),
                for: Array(full.keys),
                idle: idle,
                others: others,
                elapsed: (now - start) / .seconds(1)
            )
        }
        guard !gone.isEmpty else { return }
        state.withLock { state in
            for sink in gone {
                state.receivers[sink]?.isReleased = true
                state.receivers[sink]?.queue = []
            }
        }
        arrivals.wake()
    }

    /// Looks again whether somebody holds the others back; to be called about once a second.
    func tick() { departures.wake() }

    /// The download is over.
    func ended(_ outcome: Result<FetchedFile, Failure>) {
        state.withLock { $0.outcome = outcome }
        arrivals.wake()
    }

    // MARK: - For receivers

    /// Waits for what comes next for `sink`.
    ///
    /// - Throws: the failure of the download; `CancellationError`.
    func next(for sink: SinkName) async throws -> Next {
        if let next = try take(sink) { return next }
        var arrival = arrivals.listen().makeAsyncIterator()
        while true {
            if let next = try take(sink) { return next }
            guard await arrival.next() != nil, !Task.isCancelled else { throw CancellationError() }
        }
    }

    /// The end of the download, for one that was let go.
    func outcome() async throws -> FetchedFile {
        var arrival = arrivals.listen().makeAsyncIterator()
        while true {
            if let outcome = state.withLock({ $0.outcome }) { return try outcome.get() }
            guard await arrival.next() != nil, !Task.isCancelled else { throw CancellationError() }
        }
    }

    /// A receiver takes no more.
    func leave(_ sink: SinkName) {
        state.withLock { _ = $0.receivers.removeValue(forKey: sink) }
        departures.wake()
    }

    private func take(_ sink: SinkName) throws -> Next? {
        let next: Next? = try state.withLock { state in
            guard var receiver = state.receivers[sink] else { throw CancellationError() }
            defer { state.receivers[sink] = receiver }
            if receiver.isReleased { return .released(at: receiver.taken) }
            if case .failure(let failure) = state.outcome { throw failure }
            guard let bytes = receiver.queue.first else {
                if case .success(let fetched) = state.outcome { return .end(fetched) }
                return nil
            }
            receiver.queue.removeFirst()
            receiver.queued -= bytes.count
            receiver.taken += Int64(bytes.count)
            return .bytes(bytes)
        }
        if case .bytes = next { departures.wake() }
        return next
    }
}
