import Synchronization

/// Gives up exchanges that bring nothing, or next to nothing: one look at all of them now and then, for those whose
/// transfer has no timer of its own.
final class ExchangeWatch: Sendable {
    private struct Entry {
        var control: ExchangeControl
        var settings: TransferSettings
        var judgement = Pace.Judgement.fine
    }

    private struct State {
        var entries: [Int: Entry] = [:]
        var last = 0
    }

    /// How long a look may be late.
    private static let interval: Duration = .milliseconds(250)

    private let state = Mutex(State())
    private let (wakes, wake) = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))

    /// Looks after the exchanges until it is cancelled.
    func run() async {
        for await _ in wakes {
            while !state.withLock({ $0.entries.isEmpty }) {
                guard (try? await Task.sleep(for: Self.interval)) != nil else { return }
                look()
            }
        }
    }

    /// Runs `body`, whose exchange is dropped when it does not get on.
    ///
    /// - Returns: how it was judged.
    func watching(
        _ control: ExchangeControl,
        _ settings: TransferSettings,
        _ body: () async -> Void
    ) async -> Pace.Judgement {
        let (number, isFirst) = state.withLock { state in
            state.last += 1
            state.entries[state.last] = Entry(control: control, settings: settings)
            return (state.last, state.entries.count == 1)
        }
        if isFirst { wake.yield() }
        await body()
        return state.withLock { $0.entries.removeValue(forKey: number) }?.judgement ?? .fine
    }

    private func look() {
        state.withLock { state in
            for (number, entry) in state.entries where entry.judgement == .fine {
                let judgement = entry.control.judgePace(by: entry.settings)
                guard judgement != .fine else { continue }
                state.entries[number]?.judgement = judgement
                entry.control.drop()
            }
        }
    }
}
