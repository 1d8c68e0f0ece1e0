import NIOCore
import WherryCore
import WherryPluginKit

/// Carries out what ``TransferMachine`` decides: requests, bodies into an output, the verdict.
struct TransferDriver: Sendable {
    let file: ResolvedFile
    let exchanger: Exchanger
    let settings: TransferSettings
    let clock: any WallClock

    /// Runs a transfer to its end.
    ///
    /// - Throws: ``Failure``; what the receiver of a stream threw; `CancellationError`.
    func run(_ machine: TransferMachine, into output: some TransferOutput) async throws -> FetchedFile {
        var state = DriveState(machine, book: URLBook(of: file, clock: clock), received: output.adopted)
        let actions = try await runAlone(state.machine.start(), &state, output)
        if state.machine.phase == .over, let fetched = state.fetched.value { return fetched }
        return try await run(actions, state, output)
    }

    /// Carries actions out, each in a task of its own, and those that follow from them.
    private func run(
        _ actions: [TransferMachine.Action],
        _ state: DriveState,
        _ output: some TransferOutput
    ) async throws -> FetchedFile {
        let (events, feed) = AsyncStream<TransferMachine.Event>.makeStream()
        return try await withThrowingDiscardingTaskGroup(returning: FetchedFile.self) { group in
            group.addTask {
                await output.work { feed.yield($0) }
            }
            defer { group.cancelAll() }
            var (state, actions) = (state, actions)
            var iterator = events.makeAsyncIterator()
            while true {
                for action in actions { try await perform(action, &state, output, &group, feed) }
                if state.machine.phase == .over, let fetched = state.fetched.value { return fetched }
                guard let event = await iterator.next(), !Task.isCancelled else { throw CancellationError() }
                note(event, &state)
                actions = state.handle(event)
            }
        }
    }

    /// Tells the observer of bytes that were written.
    func note(_ event: TransferMachine.Event, _ state: inout DriveState) {
        guard case .wrote(let id, let range) = event, state.machine.exchanges[id] != nil else { return }
        let count = range.upperBound - range.lowerBound
        state.received += count
        exchanger.observer.received(count, of: file.label, total: state.machine.plan.size)
    }

    private func perform(
        _ action: TransferMachine.Action,
        _ state: inout DriveState,
        _ output: some TransferOutput,
        _ group: inout ThrowingDiscardingTaskGroup<any Error>,
        _ feed: AsyncStream<TransferMachine.Event>.Continuation
    ) async throws {
        let machine = state.machine
        switch action {
        case .obtain(let wish):
            group.addTask { [book = state.book] in feed.yield(await book.obtain(wish)) }
        case .ask(let ask):
            let control = ExchangeControl()
            let isOnly = machine.exchanges.count == 1
            state.controls[ask.id] = control
            let url = state.book[ask.generation]
            group.addTask { await exchanger.ask(ask, url, file, control, isOnly: isOnly) { feed.yield($0) } }
        case .receive(let id, let body, let end):
            do {
                try await output.begin(size: machine.plan.size, declaresCRC64: machine.pinned?.crc64 != nil)
            } catch let failure as Failure {
                feed.yield(.diskFailed(failure))
                return
            }
            guard let control = state.controls[id] else { return }
            control.end = end
            let limit = batchLimit(machine)
            let names = machine.names
            let write = output.writer(isLarge: (machine.plan.size ?? 0) > settings.firstBlock)
            let isEager = output.isEager
            group.addTask {
                await exchanger.receive(id, body, of: names, batch: limit, isEager: isEager, control, write: write) {
                    feed.yield($0)
                }
            }
        case .stop(let id, let end): state.controls[id]?.end = end
        case .readPage(let id):
            guard let control = state.controls[id] else { return }
            group.addTask { await exchanger.readPage(id, control) { feed.yield($0) } }
        case .drop(let id): state.controls.removeValue(forKey: id)?.drop()
        case .startOver:
            exchanger.observer.received(-state.received, of: file.label, total: nil)
            state.received = 0
            try await output.startOver()
        case .journal: try await output.keepNote(of: machine)
        case .wake(let time):
            let moment = state.instant(of: time)
            group.addTask {
                try? await Task.sleep(until: moment, clock: .continuous)
                feed.yield(.tick)
            }
        case .verify:
            // Beside the loop: until it is over, what an earlier process left may turn out damaged.
            let box = state.fetched
            group.addTask {
                if let event = await verdict(on: machine, by: output, into: box) { feed.yield(event) }
            }
        case .fail(let failure): throw failure
        }
    }

    /// Has the whole judged.
    ///
    /// - Returns: nil when that was called off.
    func verdict(
        on machine: TransferMachine,
        by output: some TransferOutput,
        into box: DriveState.FetchedBox
    ) async -> TransferMachine.Event? {
        do {
            guard let fetched = try await output.verdict(on: machine) else { return nil }
            box.value = fetched
            return .verified
        } catch {
            return .notVerified(Failure.wrap(error, during: "verifying \(file.file.name)"))
        }
    }

    private func batchLimit(_ machine: TransferMachine) -> Int {
        // All connections together hold no more than a few MiB that are not written yet.
        max(128 << 10, min(1 << 20, (4 << 20) / max(1, machine.scaling.target)))
    }
}
