import AsyncHTTPClient
import Synchronization
import WherryCore

/// What the driver of a transfer and the task of one exchange tell each other, and what the catalog will be told.
final class ExchangeControl: Sendable {
    private struct State {
        var end: Int64 = .max
        var isDropped = false
        /// Those who wait for the end; the tasks of head and body may overlap for a moment.
        var waiters: [Int: CheckedContinuation<Void, Never>] = [:]
        var lastWaiter = 0
        var response: HTTPClientResponse?
        var attempt: TransferAttempt?
        var onEnd: (@Sendable (Int?) -> Void)?
        var pace = Pace(from: .zero)
        let began = ContinuousClock.now
    }

    private let state = Mutex(State())

    // One that was cancelled between head and body has nobody else to end it.
    deinit { finish() }

    /// Where the exchange is to stop.
    var end: Int64 {
        get { state.withLock { $0.end } }
        set { state.withLock { $0.end = newValue } }
    }

    /// Whether the exchange was given up.
    var isDropped: Bool { state.withLock { $0.isDropped } }

    /// The host that was asked.
    var host: String {
        HTTPConnections.host(of: state.withLock { $0.attempt?.url.url.text } ?? "")
    }

    // MARK: - Its pace

    /// Notes that so many bytes came.
    func came(_ bytes: Int) { state.withLock { $0.pace.came(bytes, at: ContinuousClock.now - $0.began) } }

    /// Whether it gets on; its answer has begun.
    func judgePace(by settings: TransferSettings) -> Pace.Judgement {
        state.withLock { $0.pace.judge(at: ContinuousClock.now - $0.began, isReceiving: true, settings) }
    }

    // MARK: - For the catalog

    func begin(_ attempt: TransferAttempt) { state.withLock { $0.attempt = attempt } }

    func note(status: Int) { state.withLock { $0.attempt?.status = status } }

    func note(bytes: Int64) { state.withLock { $0.attempt?.bytes += bytes } }

    /// Called once when the exchange is over, with the status of its answer.
    func onEnd(_ body: @escaping @Sendable (Int?) -> Void) { state.withLock { $0.onEnd = body } }

    /// The exchange is over; gives what is to be told of it, once.
    @discardableResult
    func finish(outcome: String = "") -> TransferAttempt? {
        let (attempt, onEnd) = state.withLock { state -> (TransferAttempt?, (@Sendable (Int?) -> Void)?) in
            var attempt = state.attempt
            attempt?.outcome = outcome
            attempt?.duration = ContinuousClock.now - state.began
            defer { (state.attempt, state.onEnd) = (nil, nil) }
            return (attempt, state.onEnd)
        }
        onEnd?(attempt?.status)
        return attempt
    }

    // MARK: - The answer

    /// Keeps the answer between its head and its body.
    func keep(_ response: HTTPClientResponse) {
        state.withLock { state in
            guard !state.isDropped else { return }
            state.response = response
            state.pace = Pace(from: ContinuousClock.now - state.began)
        }
    }

    /// Gives the answer out, once.
    func takeResponse() -> HTTPClientResponse? {
        state.withLock { state in
            defer { state.response = nil }
            return state.response
        }
    }

    // MARK: - Giving up

    /// Gives the exchange up, whatever it waits for.
    func drop() {
        let waiters = state.withLock { state in
            state.isDropped = true
            state.response = nil
            defer { state.waiters = [:] }
            return state.waiters
        }
        for waiter in waiters.values { waiter.resume() }
    }

    /// Runs `body` until it ends or the exchange is dropped, which cancels it; `other` runs beside it for as long.
    func untilDropped(
        beside other: (@Sendable () async -> Void)? = nil,
        _ body: @escaping @Sendable () async -> Void
    ) async {
        await withTaskGroup(of: Bool.self) { group in
            group.addStartedTask {
                await body()
                return true
            }
            group.addStartedTask {
                await self.dropped()
                return true
            }
            if let other {
                group.addTask {
                    await other()
                    return false
                }
            }
            while let isOver = await group.next(), !isOver {}
            group.cancelAll()
        }
    }

    private func dropped() async {
        let number = state.withLock { state in
            state.lastWaiter += 1
            return state.lastWaiter
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isOver = state.withLock { state in
                    if state.isDropped || Task.isCancelled { return true }
                    state.waiters[number] = continuation
                    return false
                }
                if isOver { continuation.resume() }
            }
        } onCancel: {
            let waiter = state.withLock { $0.waiters.removeValue(forKey: number) }
            waiter?.resume()
        }
    }
}

extension TaskGroup {
    /// Adds a task that runs at once up to where it waits, where the system can: most need no thread of their own.
    fileprivate mutating func addStartedTask(_ body: @escaping @Sendable () async -> ChildTaskResult) {
        if #available(macOS 26, *) { addImmediateTask { await body() } } else { addTask { await body() } }
    }
}
