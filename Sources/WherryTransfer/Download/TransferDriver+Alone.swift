import NIOCore
import Synchronization
import WherryCore
import WherryPluginKit

// A file that comes whole, in one small body, is fetched in its own task: tasks and timers for one request would cost
// more than the request.
extension TransferDriver {
    /// The largest file that is fetched so, in bytes: no second connection would help it.
    private static var mostBytes: Int64 { 1 << 20 }

    /// Carries actions out, and those that follow from them, until one needs others beside it.
    ///
    /// - Returns: the actions that are left.
    func runAlone(
        _ first: [TransferMachine.Action],
        _ state: inout DriveState,
        _ output: some TransferOutput
    ) async throws -> [TransferMachine.Action] {
        // A body that has to wait, for its receiver or for a limit, is not soon over.
        // What an earlier process left may turn out damaged meanwhile.
        guard output.isEager, output.adopted == 0, exchanger.flow == nil else { return first }
        var actions = first[...]
        // Whoever goes on with it needs the timer that was asked for last.
        var wake: TransferMachine.Action?
        while let action = actions.popFirst() {
            var events: [TransferMachine.Event] = []
            switch action {
            case .wake:
                wake = action
                continue
            case .obtain(let wish): events = [await state.book.obtain(wish)]
            case .ask(let ask) where state.machine.exchanges.count == 1: events = await askAlone(ask, &state)
            case .receive(let id, let body, let end) where isSmall(body, state.machine):
                events = await receiveAlone(id, body, end, &state, output)
            case .verify:
                do {
                    try await output.takeUp()
                    events = await verdict(on: state.machine, by: output, into: state.fetched).map { [$0] } ?? []
                } catch {
                    events = [.diskFailed(Failure.wrap(error, during: "reading \(file.file.name) back"))]
                }
            case .drop(let id):
                guard let control = state.controls.removeValue(forKey: id) else { continue }
                control.drop()
                await exchanger.reportIfDropped(control)
                continue
            case .fail(let failure): throw failure
            default: return [action] + actions + (wake.map { [$0] } ?? [])
            }
            try Task.checkCancellation()
            for event in events {
                note(event, &state)
                actions += state.handle(event)
            }
        }
        return wake.map { [$0] } ?? []
    }

    private func isSmall(_ body: Range<Int64>, _ machine: TransferMachine) -> Bool {
        body.lowerBound == 0 && body.upperBound == machine.plan.size && body.upperBound <= Self.mostBytes
    }

    private func askAlone(_ ask: TransferMachine.Ask, _ state: inout DriveState) async -> [TransferMachine.Event] {
        let control = ExchangeControl()
        state.controls[ask.id] = control
        let events = Mutex<[TransferMachine.Event]>([])
        await exchanger.ask(
            ask,
            state.book[ask.generation],
            file,
            control,
            isOnly: true,
            within: settings.stallTimeout
        ) { event in events.withLock { $0.append(event) } }
        return events.withLock { $0 }
    }

    private func receiveAlone(
        _ id: ExchangeID,
        _ body: Range<Int64>,
        _ end: Int64,
        _ state: inout DriveState,
        _ output: some TransferOutput
    ) async -> [TransferMachine.Event] {
        do {
            try await output.begin(size: state.machine.plan.size, declaresCRC64: state.machine.pinned?.crc64 != nil)
        } catch {
            return [.diskFailed(Failure.wrap(error, during: "beginning \(file.file.name)"))]
        }
        guard let control = state.controls[id] else { return [] }
        control.end = end
        let events = Mutex<[TransferMachine.Event]>([])
        let names = state.machine.names
        let judgement = await exchanger.connections.watch.watching(control, settings) {
            await exchanger.receive(
                id,
                body,
                of: names,
                batch: Int(Self.mostBytes),
                isEager: false,
                control,
                write: output.writer(isLarge: false)
            ) { event in events.withLock { $0.append(event) } }
        }
        var all = events.withLock { $0 }
        switch judgement {
        case .fine: break
        case .stalled: all.append(.failed(id, names.stalled(settings.stallTimeout)))
        case .crawls: all.append(.failed(id, names.crawls()))
        }
        return all
    }
}
