import Testing
import WherryCatalog
import WherryCore
import WherryEngine

@Suite
struct PlannerTests {
    private let now = Timestamp(seconds: 1_800_000_000)
    private let orders = Instance(id: "crs-orders", topology: .standalone, state: .running)
    private let other = Instance(id: "tmp-1", topology: .standalone, state: .running)

    private func backup(_ id: String, daysAgo: Int, kind: Backup.Kind = .automatic, state: Backup.State = .available)
        -> Backup
    {
        Backup(
            id: Backup.ID(rawValue: id),
            instance: orders.id,
            startedAt: now - .seconds(daysAgo * 86_400),
            kind: kind,
            state: state
        )
    }

    private func plan(
        _ selection: Job.Selection = Job.Selection(),
        backups: [Backup],
        deliveries: [Backup.Key: [SinkName: DeliveryStatus]] = [:],
        sinks: [SinkName] = ["disk"]
    ) -> Plan {
        let job = Job(name: "j", source: "s", instances: [Glob("crs-*")], selection: selection, sinks: sinks)
        return Planner.plan(
            job,
            instances: [orders, other],
            backups: [orders.id: backups],
            deliveries: deliveries,
            now: now
        )
    }

    @Test func newestFirstAndOnlyMatchingInstances() {
        let plan = plan(backups: [backup("a", daysAgo: 3), backup("c", daysAgo: 1), backup("b", daysAgo: 2)])
        #expect(plan.items.map(\.backup.id) == ["c", "b", "a"])
        #expect(plan.instances == 1)
    }

    @Test func newestCountsBusyOnesButNotExpiredOnes() {
        let backups = [
            backup("busy", daysAgo: 0, state: .busy), backup("gone", daysAgo: 1, state: .expired),
            backup("b", daysAgo: 2), backup("a", daysAgo: 3),
        ]
        let plan = plan(Job.Selection(newest: 2), backups: backups)
        #expect(plan.items.map(\.backup.id) == ["b"])
        #expect(plan.waiting.map(\.backup.id) == ["busy"])
    }

    @Test func ageAndKindNarrow() {
        let backups = [
            backup("manual", daysAgo: 1, kind: .manual), backup("old", daysAgo: 9), backup("new", daysAgo: 1),
        ]
        #expect(plan(Job.Selection(since: .seconds(7 * 86_400)), backups: backups).items.count == 2)
        #expect(plan(Job.Selection(kinds: [.manual]), backups: backups).items.map(\.backup.id) == ["manual"])
    }

    @Test func deliveredOnesAreDoneAndEmittedOnesWhileTheyWork() {
        let one = backup("a", daysAgo: 1)
        func left(_ status: DeliveryStatus) -> [SinkName] {
            plan(backups: [one], deliveries: [one.key: ["disk": status]], sinks: ["disk", "script"])
                .items.first?.sinks ?? []
        }
        #expect(left(DeliveryStatus(state: .delivered)) == ["script"])
        #expect(left(DeliveryStatus(state: .emitted, validUntil: now + .seconds(1))) == ["script"])
        #expect(left(DeliveryStatus(state: .emitted, validUntil: now)) == ["disk", "script"])
        for state in [DeliveryStatus.State.failed, .interrupted, .running] {
            #expect(left(DeliveryStatus(state: state)) == ["disk", "script"])
        }
    }

    @Test func everythingDoneIsCounted() {
        let one = backup("a", daysAgo: 1)
        let plan = plan(backups: [one], deliveries: [one.key: ["disk": DeliveryStatus(state: .delivered)]])
        #expect(plan.items.isEmpty)
        #expect(plan.upToDate == 1)
    }
}
