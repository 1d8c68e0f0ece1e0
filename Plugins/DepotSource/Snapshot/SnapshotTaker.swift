import WherryCore

/// Takes a snapshot of a live server, or of every master of its cluster.
struct SnapshotTaker: Sendable {
    /// How many masters send their dumps at the same time: each one forks, and they may share a machine.
    static let concurrency = 2

    let client: RedisClient

    /// Writes one file for a standalone server, or one for each master of a cluster by lowest slot.
    ///
    /// The files of a cluster are of about the same moment, not of the same: each master is a server of its own.
    ///
    /// - Throws: ``Failure`` as ``RedisInfo``, ``RedisComplaint``, ``ClusterLayout``, ``StallWatch`` and ``StagedFile``
    ///   have them. Whatever it has written then is of no use.
    func take(into staging: Staging) async throws -> TakenParts {
        let info = RedisInfo(parsing: try await client.ask("INFO"))
        try info.check(client.address)
        guard info.isClusterNode else {
            return TakenParts(parts: [try await dump(client, 0, staging)], topology: .standalone)
        }
        let before = try await survey()
        let parts = try await Self.each(before.masters) { position, master in
            try await dump(client.node(master.address), position, staging)
        }
        let after = try await survey()
        try after.check(against: before, "Slots moved between masters while the snapshot was taken")
        return TakenParts(parts: parts, topology: .cluster)
    }

    /// What all masters agree on.
    private func survey() async throws -> ClusterLayout {
        let layout = try await layout(client)
        _ = try await Self.each(layout.masters) { _, master in
            let node = client.node(master.address)
            let info = RedisInfo(parsing: try await node.ask("INFO"))
            try info.check(master.address)
            guard !info.isReplica else { throw ClusterLayout.moving("\(master.address) has become a replica") }
            try await self.layout(node).check(against: layout, "The nodes do not agree who has which slots")
        }
        return layout
    }

    private func layout(_ node: RedisClient) async throws -> ClusterLayout {
        try ClusterLayout(parsing: try await node.ask("CLUSTER", "NODES"), from: node.address)
    }

    private func dump(_ node: RedisClient, _ position: Int, _ staging: Staging) async throws -> StagedPart {
        let patience = node.patience
        return try await StallWatch.run(node.address, start: patience.start, stall: patience.stall) { watch in
            let file = try staging.file(at: position, from: "The dump of \(node.address)")
            try await node.dump { bytes in
                try file.append(bytes)
                watch.progressed()
            }
            watch.disarm()
            return try file.finish()
        }
    }

    /// Runs `body` for each element, a few at a time; the first failure cancels the others.
    ///
    /// - Returns: the results in the elements' order.
    private static func each<Element: Sendable, Value: Sendable>(
        _ elements: [Element],
        _ body: @escaping @Sendable (Int, Element) async throws -> Value
    ) async throws -> [Value] {
        try await withThrowingTaskGroup(of: (Int, Value).self) { group in
            var rest = elements.enumerated().makeIterator()
            func start() {
                guard let (position, element) = rest.next() else { return }
                group.addTask { (position, try await body(position, element)) }
            }
            for _ in 0..<concurrency { start() }
            var results: [Int: Value] = [:]
            while let (position, value) = try await group.next() {
                results[position] = value
                start()
            }
            return elements.indices.compactMap { results[$0] }
        }
    }
}
