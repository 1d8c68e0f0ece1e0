import WherryCore
import WherryTransfer

/// Lets each sink take a job's backups at its own pace: so many at once each, in the order of the plan.
///
/// A backup is begun as soon as one of its sinks has room for it. One that is slow, or hangs, falls behind alone; it
/// still gets every backup.
actor SinkLanes {
    /// A sink's place in the queue for one backup.
    struct Ticket: Sendable {
        let sink: SinkName
        fileprivate let turn = Pending<Void>()
    }

    private let width: Int
    private var busy: [SinkName: Int] = [:]
    private var queues: [SinkName: [Ticket]] = [:]
    private var admissions: [(sinks: [SinkName], turn: Pending<Void>)] = []

    /// - Parameter width: how many backups a sink takes at once, 1 or more.
    init(width: Int) { self.width = width }

    /// Waits until one of these sinks has room, and queues for all of them.
    ///
    /// Each ticket must be given back with ``done(_:)``, whether its turn came or not.
    func admit(_ sinks: [SinkName]) async throws -> [Ticket] {
        while !hasRoom(sinks) {
            let turn = Pending<Void>()
            admissions.append((sinks, turn))
            guard await turn.value() != nil else { throw CancellationError() }
        }
        return sinks.map { sink in
            let ticket = Ticket(sink: sink)
            queues[sink, default: []].append(ticket)
            serve(sink)
            return ticket
        }
    }

    /// Waits until the sink takes this backup.
    nonisolated func turn(_ ticket: Ticket) async throws {
        guard await ticket.turn.value() != nil else { throw CancellationError() }
    }

    /// The sink is through with this backup.
    func done(_ ticket: Ticket) {
        if let index = queues[ticket.sink]?.firstIndex(where: { $0.turn === ticket.turn }) {
            queues[ticket.sink]?.remove(at: index)
        } else {
            busy[ticket.sink, default: 1] -= 1
        }
        serve(ticket.sink)
        let admitted = admissions
        admissions = []
        for admission in admitted {
            if hasRoom(admission.sinks) { admission.turn.give(()) } else { admissions.append(admission) }
        }
    }

    private func hasRoom(_ sinks: [SinkName]) -> Bool {
        sinks.isEmpty || sinks.contains { busy[$0, default: 0] + queues[$0, default: []].count < width }
    }

    private func serve(_ sink: SinkName) {
        while busy[sink, default: 0] < width, let ticket = queues[sink]?.first {
            queues[sink]?.removeFirst()
            busy[sink, default: 0] += 1
            ticket.turn.give(())
        }
    }
}
