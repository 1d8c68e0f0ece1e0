import WherryCore

/// Which master of a cluster has which slots, when every slot has exactly one and none is on the move.
struct ClusterLayout: Sendable, Hashable {
    /// One master.
    struct Master: Sendable, Hashable {
        /// The node's id.
        var id: String
        /// Where it answers.
        var address: RedisAddress
        /// Its slots.
        var slots: SlotSet
    }

    /// The masters by their lowest slot: the order of a backup's files.
    let masters: [Master]

    /// Reads one node's view of its cluster.
    ///
    /// - Parameter entry: the node that was asked; stands in for addresses that it does not know.
    /// - Throws: ``Failure`` of class `transient`: `snapshot.cluster-unreadable`, `snapshot.master-down`,
    ///   `snapshot.slots-moving`, `snapshot.slots-missing`.
    init(parsing text: String, from entry: RedisAddress) throws {
        guard let nodes = ClusterNode.list(parsing: text) else {
            throw Self.failure(
                "cluster-unreadable",
                "\(entry) describes its cluster in a way that cannot be read",
                "Send what CLUSTER NODES says with a report."
            )
        }
        var masters: [Master] = []
        for node in nodes {
            if let slot = node.moving.first { throw Self.moving("\(entry) has a slot on the move, \(slot)") }
            guard node.isMaster, !node.slots.isEmpty else { continue }
            let address = try Self.address(of: node, from: entry)
            guard !node.isDown, let address else {
                throw Self.failure(
                    "master-down",
                    "The master \(address?.description ?? node.id) of slots \(SlotSet.text(node.slots)) is down",
                    "Start it, or let a replica take over."
                )
            }
            guard let slots = SlotSet(node.slots) else { throw Self.overlap(entry) }
            masters.append(Master(id: node.id, address: address, slots: slots))
        }
        guard let all = SlotSet(masters.flatMap(\.slots.ranges)) else { throw Self.overlap(entry) }
        guard all.missing.isEmpty else {
            throw Self.failure(
                "slots-missing",
                "The cluster of \(entry) has no master for the slots \(SlotSet.text(all.missing))",
                "See redis-cli --cluster check, and give each slot a master."
            )
        }
        self.masters = masters.sorted { ($0.slots.first ?? 0) < ($1.slots.first ?? 0) }
    }

    /// Makes sure that another view is the same: addresses may differ, masters and their slots may not.
    ///
    /// - Throws: ``Failure`` `snapshot.slots-moving` of class `transient`.
    func check(against other: ClusterLayout, _ circumstance: String) throws {
        for (master, counterpart) in zip(masters, other.masters)
        where master.id != counterpart.id || master.slots != counterpart.slots {
            throw Self.moving("\(circumstance): \(master.address) had slots \(master.slots)")
        }
        guard masters.count == other.masters.count else { throw Self.moving(circumstance) }
    }

    /// The address of a node; nil when nobody knows it.
    private static func address(of node: ClusterNode, from entry: RedisAddress) throws -> RedisAddress? {
        if let host = node.host, node.port > 0 {
            // A host goes into an argument list, so it must not look like an option.
            guard !host.hasPrefix("-") else { return nil }
            return entry.node(host: host, port: node.port)
        }
        return node.isMyself ? entry : nil
    }

    private static func overlap(_ entry: RedisAddress) -> Failure {
        moving("\(entry) lists a slot twice or one that cannot be")
    }

    static func moving(_ message: String) -> Failure {
        failure("slots-moving", message, "Wait until resharding or a failover has ended.")
    }

    private static func failure(_ code: String, _ message: String, _ remedy: String) -> Failure {
        Failure(.transient, code: "snapshot.\(code)", "\(message).", remedy: "\(remedy) Then try again.")
    }
}
