/// What a ``BandwidthLimiter`` keeps under its lock: who waits, who leads, and what is next for each.
///
/// As long as a task is parked there is a leader, which is awake or will wake. A call must be made outside the lock.
struct BandwidthState: Sendable {
    /// What a waiting task does next.
    enum Turn: Sendable {
        /// All its bytes may pass.
        case served
        /// It was taken back.
        case withdrawn
        /// It sleeps until a moment for all, then asks again.
        case lead(until: Duration)
    }

    /// A parked task that has something to do.
    struct Call: Sendable {
        let continuation: CheckedContinuation<Turn, Never>
        let turn: Turn

        func resume() { continuation.resume(returning: turn) }
    }

    /// The shortest and the longest sleep: the first spares needless wakings and stays far below what a bucket holds, the
    /// second is how late a changed limit may be noticed.
    private static let sleep: ClosedRange<Duration> = .milliseconds(4) ... .seconds(1)

    var limit: CurrentLimit
    var queue = BandwidthQueue()
    private var parked: [FairShare.Ticket: CheckedContinuation<Turn, Never>] = [:]
    /// Requests that were served while their task was not parked.
    private var served: Set<FairShare.Ticket> = []
    private var leader: FairShare.Ticket?

    init(_ limit: CurrentLimit) { self.limit = limit }

    /// Whether bytes may pass without a question: no limit, and nobody left over from an earlier one.
    var isOpen: Bool { mutating get { limit.now() == nil && queue.requestCount == 0 } }

    /// One more request; its ticket is nil when it is served already.
    mutating func ask(_ bytes: Int, for flow: FairShare.FlowID, at now: Duration) -> (FairShare.Ticket?, [Call]) {
        let ticket = queue.ask(bytes, for: flow)
        let calls = serve(at: now)
        return (served.remove(ticket) == nil ? ticket : nil, calls)
    }

    /// Keeps a task until there is something to do for it, perhaps at once.
    mutating func park(
        _ ticket: FairShare.Ticket,
        _ continuation: CheckedContinuation<Turn, Never>,
        at now: Duration
    ) -> [Call] {
        if leader == ticket { leader = nil }
        if !queue.isWaiting(ticket) {
            let turn = served.remove(ticket) == nil ? Turn.withdrawn : .served
            return [Call(continuation: continuation, turn: turn)] + serve(at: now)
        }
        parked[ticket] = continuation
        return serve(at: now, heir: ticket)
    }

    /// Takes a request back, unless it is served.
    mutating func withdraw(_ ticket: FairShare.Ticket, at now: Duration) -> [Call] {
        guard queue.withdraw(ticket) else { return [] }
        if leader == ticket { leader = nil }
        let own = parked.removeValue(forKey: ticket).map { Call(continuation: $0, turn: .withdrawn) }
        return (own.map { [$0] } ?? []) + serve(at: now)
    }

    /// Hands out the bytes that may pass by now, and sees to it that there is a leader.
    ///
    /// - Parameter heir: Who leads when nobody does; anyone when nil.
    mutating func serve(at now: Duration, heir: FairShare.Ticket? = nil) -> [Call] {
        let progress = queue.serve(at: now, rate: limit.now())
        var calls: [Call] = []
        for ticket in progress.done {
            if let continuation = parked.removeValue(forKey: ticket) {
                calls.append(Call(continuation: continuation, turn: .served))
            } else {
                served.insert(ticket)
            }
        }
        guard leader == nil, let wait = progress.wait,
            let next = heir.flatMap({ parked[$0] == nil ? nil : $0 }) ?? parked.keys.first,
            let continuation = parked.removeValue(forKey: next)
        else { return calls }
        leader = next
        let pause = min(max(wait, Self.sleep.lowerBound), Self.sleep.upperBound)
        calls.append(Call(continuation: continuation, turn: .lead(until: now + pause)))
        return calls
    }
}
