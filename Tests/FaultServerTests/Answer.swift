/// What a careful client understands of the bytes on a wire.
struct Answer {
    let status: Int
    let fields: [(name: String, value: String)]
    /// The body without its framing, as much as came.
    let body: [UInt8]

    /// Nil when the bytes are not the beginning of an HTTP answer.
    init?(_ bytes: [UInt8]) {
        guard let end = bytes.firstRange(of: Array("\r\n\r\n".utf8)) else { return nil }
        let lines = String(decoding: bytes[..<end.lowerBound], as: UTF8.self).split(separator: "\r\n")
        let first = lines.first?.split(separator: " ") ?? []
        guard first.count >= 2, first[0].hasPrefix("HTTP/1."), let status = Int(first[1]) else { return nil }
        let rest = Array(bytes[end.upperBound...])
        if status < 200 {
            guard let next = Answer(rest) else { return nil }
            self = next
            return
        }
        let fields = lines.dropFirst().map { line in
            let parts = line.split(separator: ":", maxSplits: 1)
            let value = parts.count > 1 ? parts[1].drop { $0 == " " } : ""
            return (name: parts[0].lowercased(), value: String(value))
        }
        self.status = status
        self.fields = fields
        let length = fields.first { $0.name == "content-length" }?.value
        if fields.contains(where: { $0.name == "transfer-encoding" }) {
            body = Self.dechunked(rest)
        } else if let length {
            guard let count = Int(length), fields.count(where: { $0.name == "content-length" }) == 1 else { return nil }
            body = Array(rest.prefix(count))
        } else {
            body = rest
        }
    }

    func field(_ name: String) -> String? { fields.first { $0.name == name }?.value }

    /// Start and total of Content-Range; nil when it is missing or no such thing.
    var contentRange: (start: Int, total: Int)? {
        guard let value = field("content-range"), value.hasPrefix("bytes ") else { return nil }
        let numbers = value.dropFirst(6).split { $0 == "-" || $0 == "/" }.map { Int($0) }
        guard numbers.count == 3, let start = numbers[0], numbers[1] != nil, let total = numbers[2] else { return nil }
        return (start, total)
    }

    private static func dechunked(_ bytes: [UInt8]) -> [UInt8] {
        var body: [UInt8] = []
        var rest = bytes[...]
        while let end = rest.firstRange(of: [13, 10]),
            let size = Int(String(decoding: rest[..<end.lowerBound], as: UTF8.self), radix: 16), size > 0
        {
            rest = rest[end.upperBound...]
            body += rest.prefix(size)
            rest = rest.dropFirst(size + 2)
        }
        return body
    }
}
