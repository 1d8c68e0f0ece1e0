import WherryCore

/// What a server says when it has loaded a dump.
struct LoadedFacts: Sendable, Hashable {
    /// Its name, `redis` or `valkey`.
    var engine: String
    /// Its version.
    var version: String
    /// The keys that it loaded, and those that had expired; nil before Redis 7.0.
    var loaded: Int64?
    var expired: Int64?
    /// The keys that it holds now, in all databases.
    var resident: Int64
    /// The memory that it uses.
    var memory: ByteCount
    /// Keys without a value that it left out.
    var emptied: Int64 = 0
    /// How long it took from its start until it was done.
    var duration: Duration = .zero

    /// Reads an answer to `INFO`; nil while it is loading.
    init?(info text: String) {
        var fields: [Substring: Substring] = [:]
        var resident: Int64 = 0
        // A carriage return with its newline is one Character.
        for line in text.split(whereSeparator: \.isNewline) {
            guard let colon = line.firstIndex(of: ":") else { continue }
            let (name, value) = (line[..<colon], line[line.index(after: colon)...])
            fields[name] = value
            if name.hasPrefix("db"), Int64(name.dropFirst(2)) != nil, value.hasPrefix("keys=") {
                resident += Int64(value.dropFirst(5).prefix { $0.isNumber }) ?? 0
            }
        }
        guard fields["loading"] == "0", fields["async_loading"] ?? "0" == "0" else { return nil }
        let valkey = fields["valkey_version"]
        engine = valkey == nil ? "redis" : "valkey"
        version = String(valkey ?? fields["redis_version"] ?? "")
        loaded = fields["rdb_last_load_keys_loaded"].flatMap { Int64($0) }
        expired = fields["rdb_last_load_keys_expired"].flatMap { Int64($0) }
        memory = ByteCount(fields["used_memory"].flatMap { Int64($0) } ?? 0)
        self.resident = resident
    }
}
