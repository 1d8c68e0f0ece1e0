import Synchronization
package import WherryCore

/// Holds the bytes of all its flows together below one schedule.
///
/// Share one limiter between all that a limit is for: a run, a source, a sink. Safe to use from any task.
///
/// It has no task of its own: among the tasks that wait, one, the leader, sleeps until the next bytes may pass and then
/// hands them out to all; when it has its own, or is cancelled, another takes over.
package final class BandwidthLimiter: Sendable {
    private let stopwatch: Stopwatch
    private let state: Mutex<BandwidthState>
    /// Whether the schedule has no limit at any time: then nothing needs the lock.
    private let isUnlimited: Atomic<Bool>

    /// A limiter.
    ///
    /// - Parameters:
    ///   - wallClock: Says which part of the timetable rules.
    ///   - zone: The zone the timetable's times are in.
    ///   - clock: Measures and waits; one that runs on while the time of day is set.
    package init(
        _ schedule: BandwidthSchedule,
        wallClock: any WallClock,
        zone: ZoneOffset = .local,
        clock: some Clock<Duration> = .continuous
    ) {
        stopwatch = Stopwatch(clock)
        isUnlimited = Atomic(schedule == .unlimited)
        state = Mutex(BandwidthState(CurrentLimit(schedule, wallClock: wallClock, zone: zone)))
    }

    /// A new flow, such as one file; it leaves when its last reference goes.
    package func open(_ label: String) -> BandwidthFlow {
        BandwidthFlow(label: label, limiter: self, id: state.withLock { $0.queue.join() })
    }

    /// The limit of this moment; nil for none.
    package var limit: ByteRate? { state.withLock { $0.limit.now() } }

    /// Whether bytes may have to wait at this moment; cheap when not.
    package var isLimited: Bool { !isUnlimited.load(ordering: .relaxed) && state.withLock { !$0.isOpen } }

    /// How many flows are open.
    package var flowCount: Int { state.withLock { $0.queue.flowCount } }

    /// How many requests wait for bytes.
    package var waitingCount: Int { state.withLock { $0.queue.requestCount } }

    /// Sets another schedule; who waits is under it within a second.
    package func change(to schedule: BandwidthSchedule) {
        let calls = state.withLock { state in
            state.limit.schedule = schedule
            isUnlimited.store(schedule == .unlimited, ordering: .relaxed)
            return state.serve(at: stopwatch.elapsed)
        }
        for call in calls { call.resume() }
    }

    // MARK: - For flows

    /// Ends a flow, which has no requests anymore.
    func close(_ flow: FairShare.FlowID) { state.withLock { $0.queue.leave(flow) } }

    /// Waits until so many bytes of a flow may pass, see ``BandwidthFlow/wait(for:)``.
    nonisolated(nonsending) func admit(_ bytes: Int, of flow: FairShare.FlowID) async throws {
        let (ticket, calls) = state.withLock { $0.ask(bytes, for: flow, at: stopwatch.elapsed) }
        for call in calls { call.resume() }
        if let ticket { try await wait(for: ticket) }
    }

    private nonisolated(nonsending) func wait(for ticket: FairShare.Ticket) async throws {
        try await withTaskCancellationHandler {
            while true {
                switch await turn(of: ticket) {
                case .served: return
                case .withdrawn: throw CancellationError()
                case .lead(let moment):
                    do { try await stopwatch.sleep(until: moment) } catch { withdraw(ticket) }
                }
            }
        } onCancel: {
            withdraw(ticket)
        }
    }

    /// Waits until there is something to do for a request.
    private nonisolated(nonsending) func turn(of ticket: FairShare.Ticket) async -> BandwidthState.Turn {
        await withCheckedContinuation { continuation in
            let calls = state.withLock { $0.park(ticket, continuation, at: stopwatch.elapsed) }
            for call in calls { call.resume() }
        }
    }

    private func withdraw(_ ticket: FairShare.Ticket) {
        let calls = state.withLock { $0.withdraw(ticket, at: stopwatch.elapsed) }
        for call in calls { call.resume() }
    }
}
