/// One request's head, as far as a file server looks at it.
package struct FaultRequest: Sendable {
    /// The method, such as `GET`.
    package let method: String
    /// The path without the query.
    package let path: String
    /// Whether the request line said HTTP/1.0.
    package let isOld: Bool
    private let query: [String: String]
    private let fields: [String: String]

    /// Reads the head in `bytes`, which end with the empty line; nil when it is none.
    init?(_ bytes: [UInt8]) {
        let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\r\n", omittingEmptySubsequences: true)
        let first = lines.first?.split(separator: " ") ?? []
        guard first.count == 3, first[2].hasPrefix("HTTP/1.") else { return nil }
        method = String(first[0])
        isOld = first[2] == "HTTP/1.0"
        let target = first[1].split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        path = String(target[0])
        query = Self.pairs(target.count > 1 ? target[1].split(separator: "&") : [], separator: "=")
        fields = Self.pairs(lines.dropFirst(), separator: ":")
    }

    /// The value of a header field, by its lowercase name.
    package func field(_ name: String) -> String? { fields[name] }

    /// The value of a parameter in the query.
    package func parameter(_ name: String) -> String? { query[name] }

    /// Whether the client wants the connection to end after the answer.
    var wantsClose: Bool {
        let wish = fields["connection"]?.lowercased()
        return wish == "close" || (isOld && wish != "keep-alive")
    }

    private static func pairs(_ lines: some Sequence<Substring>, separator: Character) -> [String: String] {
        var pairs: [String: String] = [:]
        for line in lines {
            let parts = line.split(separator: separator, maxSplits: 1, omittingEmptySubsequences: false)
            let value = parts.count > 1 ? parts[1].drop { $0 == " " } : ""
            pairs[parts[0].lowercased()] = String(value)
        }
        return pairs
    }
}
