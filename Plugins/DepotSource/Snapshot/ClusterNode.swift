/// One line of `CLUSTER NODES`: what a node of a cluster knows of itself or of another.
///
/// `<id> <ip:port@busport[,hostname]> <flags> <master> <ping> <pong> <epoch> <link> <slot> …`, as documented for the command
/// in Redis 7.0; a slot on the move stands in brackets, on the line of the node that is asked only.
struct ClusterNode: Sendable, Hashable {
    /// Its id, 40 hexadecimal digits.
    var id: String
    /// Its address as announced; nil when it does not know it itself.
    var host: String?
    /// Its port for clients as announced.
    var port: Int
    /// Such as `myself`, `master`, `fail?`.
    var flags: Set<String>
    /// The slots it serves.
    var slots: [ClosedRange<Int>]
    /// Slots that are moving to or from it, such as `[93->-…]`; known only for `myself`.
    var moving: [String]

    /// Whether it is the node that was asked.
    var isMyself: Bool { flags.contains("myself") }
    /// Whether it holds data of its own.
    var isMaster: Bool { flags.contains("master") }
    /// Whether others find that it does not answer, or it has not joined yet.
    var isDown: Bool { !flags.isDisjoint(with: ["fail", "fail?", "noaddr", "handshake"]) }

    /// Reads every line; nil when one has another form.
    static func list(parsing text: String) -> [ClusterNode]? {
        let lines = text.split(whereSeparator: \.isNewline)
        let nodes = lines.compactMap(ClusterNode.init(parsing:))
        return nodes.count == lines.count && !nodes.isEmpty ? nodes : nil
    }

    /// Reads one line.
    init?(parsing line: Substring) {
        let fields = line.split(separator: " ")
        guard fields.count >= 8, let address = Self.address(String(fields[1])) else { return nil }
        id = String(fields[0])
        (host, port) = address
        flags = Set(fields[2].split(separator: ",").map(String.init))
        slots = []
        moving = []
        for field in fields.dropFirst(8) {
            if field.hasPrefix("[") {
                moving.append(String(field))
                continue
            }
            let bounds = field.split(separator: "-").map { Int($0) }
            guard (1...2).contains(bounds.count), let low = bounds.first ?? nil, let high = bounds.last ?? nil,
                low <= high
            else { return nil }
            slots.append(low...high)
        }
    }

    /// Takes `ip:port@busport,hostname` apart; before Redis 4.0 the part from the `@` on is missing.
    private static func address(_ text: String) -> (String?, Int)? {
        let client = text.prefix { $0 != "," && $0 != "@" }
        guard let colon = client.lastIndex(of: ":"),
            let port = Int(client[client.index(after: colon)...]), (0...65_535).contains(port)
        else { return nil }
        let host = client[..<colon]
        return (host.isEmpty ? nil : String(host), port)
    }
}
