import NIOCore
import Synchronization
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
        let (events, feed) = AsyncStream<TransferMachine.Event>.makeStream()
        return try await withThrowingDiscardingTaskGroup(returning: FetchedFile.self) { group in
            group.addTask {
                await output.work { feed.yield($0) }
            }
            defer { group.cancelAll() }
            let began = ContinuousClock.now
            var machine = machine
            var state = DriveState(book: URLBook(of: file, clock: clock), received: output.adopted)
            var actions = machine.start()
            var iterator = events.makeAsyncIterator()
            while true {
                for action in actions {
                    try await perform(action, machine, &state, output, &group, feed, began)
                }
                if machine.phase == .over, let fetched = state.fetched.value { return fetched }
                guard let event = await iterator.next(), !Task.isCancelled else { throw CancellationError() }
                note(event, machine, &state)
                actions = machine.handle(event, at: ContinuousClock.now - began)
                if let id = event.lastOfExchange, machine.exchanges[id] == nil { state.controls[id] = nil }
            }
        }
    }

    /// The verdict on the whole, once it is there.
    private final class FetchedBox: Sendable {
        private let file = Mutex<FetchedFile?>(nil)

        var value: FetchedFile? {
            get { file.withLock { $0 } }
            set { file.withLock { $0 = newValue } }
        }
    }

    /// What the driver keeps between actions.
    private struct DriveState {
        let book: URLBook
        let fetched = FetchedBox()
        var controls: [ExchangeID: ExchangeControl] = [:]
        /// What the observer was told of.
        var received: Int64 = 0
    }

    private func note(_ event: TransferMachine.Event, _ machine: TransferMachine, _ state: inout DriveState) {
        guard case .wrote(let id, let range) = event, machine.exchanges[id] != nil else { return }
        let count = range.upperBound - range.lowerBound
        state.received += count
        exchanger.observer.received(count, of: file.label, total: machine.plan.size)
    }

    private func perform(
        _ action: TransferMachine.Action,
        _ machine: TransferMachine,
        _ state: inout DriveState,
        _ output: some TransferOutput,
        _ group: inout ThrowingDiscardingTaskGroup<any Error>,
        _ feed: AsyncStream<TransferMachine.Event>.Continuation,
        _ began: ContinuousClock.Instant
    ) async throws {
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
            group.addTask {
                try? await Task.sleep(until: began + time, clock: .continuous)
                feed.yield(.tick)
            }
        case .verify:
            // Beside the loop: until it is over, what an earlier process left may turn out damaged.
            let box = state.fetched
            group.addTask {
                do {
                    guard let fetched = try await output.verdict(on: machine) else { return }
                    box.value = fetched
                    feed.yield(.verified)
                } catch {
                    feed.yield(.notVerified(Failure.wrap(error, during: "verifying \(file.file.name)")))
                }
            }
        case .fail(let failure): throw failure
        }
    }

    private func batchLimit(_ machine: TransferMachine) -> Int {
        // All connections together hold no more than a few MiB that are not written yet.
        max(128 << 10, min(1 << 20, (4 << 20) / max(1, machine.scaling.target)))
    }
}
