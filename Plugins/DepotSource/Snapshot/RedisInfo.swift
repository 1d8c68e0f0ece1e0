import WherryCore

/// What a server says of itself: the answer to `INFO`.
struct RedisInfo: Sendable, Hashable {
    private let fields: [Substring: Substring]

    /// Reads `name:value` lines; everything else is passed over.
    init(parsing text: String) {
        var fields: [Substring: Substring] = [:]
        // A carriage return with its newline is one Character.
        for line in text.split(whereSeparator: \.isNewline) {
            guard let colon = line.firstIndex(of: ":") else { continue }
            fields[line[..<colon]] = line[line.index(after: colon)...]
        }
        self.fields = fields
    }

    /// Whether it is a node of a cluster.
    var isClusterNode: Bool { fields["cluster_enabled"] == "1" }

    /// Whether it replicates another server.
    var isReplica: Bool { fields["role"] == "slave" || fields["role"] == "replica" }

    /// Makes sure that a snapshot of it can be taken now.
    ///
    /// - Throws: ``Failure``: `snapshot.not-a-server` (usage), `snapshot.busy` (transient).
    func check(_ address: RedisAddress) throws {
        guard isReplica || fields["role"] == "master", fields["redis_mode"] != "sentinel" else {
            throw Failure(
                .usage,
                code: "snapshot.not-a-server",
                "\(address) answers, but is no Redis or Valkey server with data.",
                remedy: "Give the address of a server; a sentinel tells it: SENTINEL GET-MASTER-ADDR-BY-NAME."
            )
        }
        if fields["loading"] == "1" || fields["async_loading"] == "1" {
            throw Self.busy(address, "is still loading its data")
        }
        if isReplica, fields["master_sync_in_progress"] == "1" || fields["master_link_status"] != "up" {
            throw Self.busy(address, "is a replica that has no connection to its master, so its data may be old")
        }
    }

    static func busy(_ address: RedisAddress, _ state: String) -> Failure {
        Failure(.transient, code: "snapshot.busy", "\(address) \(state).", remedy: "Try again later.")
    }
}
