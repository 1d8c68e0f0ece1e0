import TestProcesses

/// Three masters of a test's own that share the slots.
struct LiveCluster: Sendable {
    /// The masters by lowest slot.
    let masters: [LiveRedis]
    /// Their ports on 127.0.0.1, in the same order.
    let ports: [Int]

    /// The slots of each.
    static let slots = [0...5_460, 5_461...10_922, 10_923...16_383]

    /// The URL of one.
    func url(_ position: Int = 0) -> String { "redis://127.0.0.1:\(ports[position])" }

    /// Runs `body` with a cluster that is whole and in agreement.
    static func with<Value>(_ body: (LiveCluster) async throws -> Value) async throws -> Value {
        let ports = try (0..<3).map { _ in try FreePort.next() }
        let buses = try ports.map { _ in try FreePort.next() }
        func options(_ position: Int) -> [String] {
            [
                "--port", "\(ports[position])", "--cluster-enabled", "yes", "--cluster-port", "\(buses[position])",
                "--cluster-node-timeout", "1000", "--databases", "1", "--cluster-allow-reads-when-down", "yes",
            ]
        }
        return try await LiveRedis.with(options(0)) { first in
            try await LiveRedis.with(options(1)) { second in
                try await LiveRedis.with(options(2)) { third in
                    let cluster = LiveCluster(masters: [first, second, third], ports: ports)
                    try await cluster.join(buses)
                    return try await body(cluster)
                }
            }
        }
    }

    /// Stores so many small keys, wherever they belong.
    func fill(_ count: Int) async throws {
        let lines = (1...count).map { "SET key:\($0) value-\($0)" } + (1...99).map { "RPUSH list:\($0) a b \($0)" }
        try await masters[0].send(lines: lines, options: ["-c", "-h", "127.0.0.1", "-p", "\(ports[0])"])
    }

    /// Waits until each of these sees the state, at most 20 s.
    func wait(for state: String, at positions: [Int] = [0, 1, 2]) async throws {
        for position in positions {
            for attempt in 0... {
                let info = try await masters[position].send("CLUSTER", "INFO")
                let nodes = try await masters[position].send("CLUSTER", "NODES")
                let isKnown = nodes.split(separator: "\n").count == 3 && !nodes.contains("handshake")
                if info.contains("cluster_state:\(state)"), isKnown { break }
                guard attempt < 1_000 else { throw LiveRedis.Trouble(message: "the cluster is not \(state)") }
                try await Task.sleep(for: .milliseconds(20))
            }
        }
    }

    private func join(_ buses: [Int]) async throws {
        for (position, master) in masters.enumerated() {
            let slots = Self.slots[position]
            try await master.send("CLUSTER", "SET-CONFIG-EPOCH", "\(position + 1)")
            try await master.send("CLUSTER", "ADDSLOTSRANGE", "\(slots.lowerBound)", "\(slots.upperBound)")
        }
        for position in [1, 2] {
            try await masters[0].send("CLUSTER", "MEET", "127.0.0.1", "\(ports[position])", "\(buses[position])")
        }
        try await wait(for: "ok")
    }
}
