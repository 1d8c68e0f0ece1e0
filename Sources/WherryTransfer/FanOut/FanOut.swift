import Synchronization
package import WherryCore
package import WherryPluginKit

/// Lets several sinks share the downloads of one backup's files: the source serves each byte once.
///
/// Each sink gets a ``Transfer`` of its own and need not know of the others; it has its own pace, its own end and its own
/// retries. See ``FanOutPlan`` for who fetches.
package final class FanOut: Sendable {
    /// What one sink's call turns into.
    enum Part: Sendable {
        /// It downloads to its disk, and tells others.
        case lead(SharedCopy)
        /// It reads what another one writes.
        case follow(SharedCopy)
        /// It gets the bytes of a download that several share.
        case listen(Broadcast)
    }

    private struct State {
        var plan: FanOutPlan
        var calls: [Call: Pending<Part>] = [:]
        var files: [Int: ResolvedFile] = [:]
        var copies: [Int: SharedCopy] = [:]
    }

    private struct Call: Hashable {
        var file: Int
        var sink: SinkName
    }

    /// Downloads for these sinks, whose limits and names it observes.
    private let fetcher: @Sendable ([SinkName]) -> FileFetcher
    private let state: Mutex<State>
    private let patience: Double
    private let stragglers: Stragglers
    private let jobs: AsyncStream<@Sendable () async -> Void>.Continuation
    private let began = ContinuousClock.now

    /// Runs `body` with a fan-out for `sinks`; its shared downloads end with it.
    ///
    /// - Parameters:
    ///   - patience: how long sinks without a disk wait for each other, in seconds; and how long one may hold the others.
    ///   - stragglers: those that nobody waits for; shared by the backups of a job.
    ///   - fetcher: makes what downloads for some of them.
    package static func with<Value: Sendable>(
        sinks: [SinkName],
        patience: Double = 10,
        stragglers: Stragglers = Stragglers(),
        fetcher: @escaping @Sendable ([SinkName]) -> FileFetcher,
        _ body: @escaping @Sendable (FanOut) async throws -> Value
    ) async throws -> Value {
        let (stream, jobs) = AsyncStream<@Sendable () async -> Void>.makeStream()
        let plan = FanOutPlan(sinks: Set(sinks), stragglers: stragglers.all, patience: patience)
        let fanOut = FanOut(plan: plan, patience: patience, stragglers: stragglers, fetcher: fetcher, jobs: jobs)
        return try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                await withDiscardingTaskGroup { downloads in
                    for await job in stream { downloads.addTask(operation: job) }
                    downloads.cancelAll()
                }
            }
            defer {
                jobs.finish()
                group.cancelAll()
            }
            return try await body(fanOut)
        }
    }

    private init(
        plan: FanOutPlan,
        patience: Double,
        stragglers: Stragglers,
        fetcher: @escaping @Sendable ([SinkName]) -> FileFetcher,
        jobs: AsyncStream<@Sendable () async -> Void>.Continuation
    ) {
        state = Mutex(State(plan: plan))
        self.patience = patience
        self.stragglers = stragglers
        self.fetcher = fetcher
        self.jobs = jobs
    }

    /// How one sink moves bytes.
    ///
    /// - Parameters:
    ///   - gate: the limits that are the sink's own.
    ///   - own: downloads for this sink alone, within its limits.
    package func transfer(for sink: SinkName, gate: BandwidthGate? = nil, own: FileFetcher) -> any Transfer {
        FanOutTransfer(fanOut: self, sink: sink, gate: gate, fetcher: own)
    }

    /// The sink's delivery is over: nobody waits for it any more.
    package func leave(_ sink: SinkName) { perform { $0.leave(sink, at: $1) } }

    // MARK: - For transfers

    /// Asks for a file, and waits for the part that the sink has in bringing it.
    func join(_ sink: SinkName, _ file: ResolvedFile, _ wish: FanOutPlan.Wish) async throws -> Part {
        let number = file.file.position
        let call = Call(file: number, sink: sink)
        let pending = Pending<Part>()
        state.withLock { state in
            state.calls[call] = pending
            if state.files[number] == nil { state.files[number] = file }
        }
        stragglers.remove(sink)
        perform { $0.join(sink, file: number, wish: wish, at: $1) }
        if let part = await pending.value() { return part }
        state.withLock { _ = $0.calls.removeValue(forKey: call) }
        perform { $0.withdraw(sink, file: number, at: $1) }
        throw CancellationError()
    }

    /// The sink has the file, or failed to take it.
    func served(_ sink: SinkName, _ file: ResolvedFile) {
        perform { $0.served(sink, file: file.file.position, at: $1) }
    }

    /// A download to a disk is over.
    ///
    /// - Parameter path: where the file is, if it is there.
    func ended(_ copy: SharedCopy, of file: ResolvedFile, at path: String, _ outcome: Result<FetchedFile, Failure>) {
        copy.ended(outcome.mapError(Self.asSeenByOthers), at: path)
        var isThere = false
        if case .success = outcome { isThere = true }
        settle(copy, of: file, isThere: isThere)
    }

    /// What another sink stores or had stored is of no use: whoever asks next gets another download.
    func lost(_ copy: SharedCopy, of file: ResolvedFile) { settle(copy, of: file, isThere: false) }

    private func settle(_ copy: SharedCopy, of file: ResolvedFile, isThere: Bool) {
        // One that hung may end long after another has taken its place.
        let isCurrent = state.withLock { $0.copies[file.file.position] === copy }
        if isCurrent { perform { $0.copyEnded(file: file.file.position, isThere: isThere, at: $1) } }
    }

    /// What one sink's failure is to those who shared its download.
    private static func asSeenByOthers(_ failure: Failure) -> Failure {
        guard !failure.isOfSource || failure.code == "transfer.already-running" else { return failure }
        return Failure(
            .transient,
            code: "fan-out.copy-lost",
            "The disk that the bytes were read from failed: \(failure.message)",
            remedy: "Nothing to do: the delivery is tried again with a download of its own."
        )
    }

    // MARK: - Carrying out the plan

    private func perform(_ event: (inout FanOutPlan, Double) -> [FanOutPlan.Action]) {
        let now = (ContinuousClock.now - began) / .seconds(1)
        // What the plan says and what there is change together, under one lock; the rest is done outside it.
        let effects = state.withLock { state in
            let before = state.plan.stragglers
            let actions = event(&state.plan, now)
            stragglers.add(state.plan.stragglers.subtracting(before))
            return actions.map { effect(of: $0, &state) }
        }
        for effect in effects { effect() }
    }

    private func effect(of action: FanOutPlan.Action, _ state: inout State) -> () -> Void {
        switch action {
        case .copy(let file, let leader):
            let copy = SharedCopy(of: state.files[file]?.file.name ?? "The file", patience: 3 * patience)
            state.copies[file] = copy
            let pending = state.calls.removeValue(forKey: Call(file: file, sink: leader))
            return { _ = pending?.give(.lead(copy)) }
        case .follow(let file, let sink):
            let pending = state.calls.removeValue(forKey: Call(file: file, sink: sink))
            guard let copy = state.copies[file] else { return {} }
            return { _ = pending?.give(.follow(copy)) }
        case .broadcast(let file, let sinks):
            let pending = sinks.map { ($0, state.calls.removeValue(forKey: Call(file: file, sink: $0))) }
            guard let resolved = state.files[file] else { return {} }
            let broadcast = Broadcast(to: sinks, laggards: Laggards(patience: patience))
            return { [self] in
                jobs.yield { [self] in await download(resolved, for: sinks, broadcast) }
                for (sink, call) in pending where call?.give(.listen(broadcast)) != true { broadcast.leave(sink) }
            }
        case .wake(let moment):
            return { [self] in
                jobs.yield { [self] in
                    guard (try? await Task.sleep(until: began + .seconds(moment), clock: .continuous)) != nil else {
                        return
                    }
                    perform { $0.tick(at: $1) }
                }
            }
        }
    }

    private func download(_ file: ResolvedFile, for sinks: [SinkName], _ broadcast: Broadcast) async {
        do {
            let fetched = try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    while true {
                        try await Task.sleep(for: .seconds(1))
                        broadcast.tick()
                    }
                }
                defer { group.cancelAll() }
                return try await fetcher(sinks).stream(file) { try await broadcast.push($0) }
            }
            broadcast.ended(.success(fetched))
        } catch {
            broadcast.ended(.failure(Failure.wrap(error, during: "fetching \(file.file.name)")))
        }
        perform { $0.broadcastEnded(file: file.file.position, at: $1) }
    }
}
