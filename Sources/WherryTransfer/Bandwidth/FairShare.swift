/// Who is served next when several flows want the same bytes a second: max-min fair, by start-time fair queueing.
///
/// Pure. Each flow has a tag: how far it came, in bytes. The waiting flow that is furthest behind is served first, so all
/// that want more than an equal share get the same, and what a modest flow leaves goes to the others. A flow that asked
/// for nothing for a while is moved up to just behind the others: its past silence earns it no more than ``lag`` bytes.
/// None starves, because each portion moves its flow back behind all that wait.
///
/// P. Goyal, H. Vin, H. Cheng: Start-time Fair Queueing, SIGCOMM 1996; all weights are 1 here.
package struct FairShare: Sendable {
    /// One flow.
    package struct FlowID: Hashable, Sendable {
        fileprivate let number: Int
    }

    /// One request of a flow.
    package struct Ticket: Hashable, Sendable {
        fileprivate let flow: FlowID
        fileprivate let number: Int
    }

    /// The next bytes to serve.
    package struct Portion: Hashable, Sendable {
        /// The request they are for.
        package let ticket: Ticket
        /// How many.
        package let bytes: Int
    }

    private struct Request {
        let ticket: Ticket
        var left: Int
        var served = 0
    }

    private struct Lane {
        /// The flow's tag, where its next portion starts.
        var start: Int64
        /// Its requests, the oldest first.
        var requests: [Request] = []
    }

    /// How many bytes a flow may be behind the one that is furthest, when it asks again after a pause.
    ///
    /// Without it a flow would lose its turn when it comes back a moment late.
    package var lag = 0
    private var lanes: [FlowID: Lane] = [:]
    /// The highest tag that was served.
    private var reached: Int64 = 0
    private var lastNumber = 0

    /// No flows.
    package init() {}

    /// How many flows there are.
    package var flowCount: Int { lanes.count }
    /// How many requests wait.
    package private(set) var requestCount = 0

    /// A new flow, which has no past.
    package mutating func join() -> FlowID {
        let flow = FlowID(number: nextNumber())
        lanes[flow] = Lane(start: reached)
        return flow
    }

    /// Ends a flow with all its requests.
    package mutating func leave(_ flow: FlowID) { requestCount -= lanes.removeValue(forKey: flow)?.requests.count ?? 0 }

    /// One more request, 1 byte or more, behind those the flow already has.
    package mutating func ask(_ bytes: Int, for flow: FlowID) -> Ticket {
        let ticket = Ticket(flow: flow, number: nextNumber())
        guard var lane = lanes[flow] else { preconditionFailure("A flow asked for bytes after it had left.") }
        if lane.requests.isEmpty { lane.start = max(lane.start, reached - Int64(lag)) }
        lane.requests.append(Request(ticket: ticket, left: bytes))
        lanes[flow] = lane
        requestCount += 1
        return ticket
    }

    /// Whose turn it is, with at most `quantum` bytes; nil when nobody waits.
    package func next(quantum: Int) -> Portion? {
        let waiting = lanes.lazy.filter { !$0.value.requests.isEmpty }
        let next = waiting.min { ($0.value.start, $0.key.number) < ($1.value.start, $1.key.number) }
        return next?.value.requests.first.map { Portion(ticket: $0.ticket, bytes: min($0.left, quantum)) }
    }

    /// Notes that a portion from ``next(quantum:)`` was served; true when this was all its request wanted.
    package mutating func serve(_ portion: Portion) -> Bool {
        guard var lane = lanes[portion.ticket.flow], !lane.requests.isEmpty else { return false }
        reached = max(reached, lane.start)
        lane.start += Int64(portion.bytes)
        lane.requests[0].left -= portion.bytes
        lane.requests[0].served += portion.bytes
        let isDone = lane.requests[0].left <= 0
        if isDone {
            lane.requests.removeFirst()
            requestCount -= 1
        }
        lanes[portion.ticket.flow] = lane
        return isDone
    }

    /// Whether a request is neither served nor withdrawn.
    package func isWaiting(_ ticket: Ticket) -> Bool {
        lanes[ticket.flow]?.requests.contains { $0.ticket == ticket } ?? false
    }

    /// Takes a request back and says how many of its bytes were served already; nil when it does not wait.
    package mutating func withdraw(_ ticket: Ticket) -> Int? {
        guard let index = lanes[ticket.flow]?.requests.firstIndex(where: { $0.ticket == ticket }),
            let request = lanes[ticket.flow]?.requests.remove(at: index)
        else { return nil }
        lanes[ticket.flow]?.start -= Int64(request.served)
        requestCount -= 1
        return request.served
    }

    private mutating func nextNumber() -> Int {
        lastNumber += 1
        return lastNumber
    }
}
