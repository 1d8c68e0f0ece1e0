import WherryCore

/// One line of the access log: a JSON object whose keys are always there, in one order, with null for what is not known.
///
///     {"time":"2026-07-01T08:00:00.250Z","client":"10.0.0.7","listener":"both","method":"POST","path":"/",
///     "dialect":"api3","action":"DescribeInstances","caller":"api:AKID…","code":"0","status":200,"bytes":512,
///     "latency_ms":1.204,"request_id":"0b7f…","user_agent":"tccli/3"}
enum AccessLine {
    /// The longest user agent, in bytes of UTF-8.
    static let longestAgent = 200
    /// The longest path, in bytes of UTF-8.
    static let longestPath = 1_024
    private static let longestWord = 64

    /// The line, with its newline.
    ///
    /// - Parameter milliseconds: when the request had come, since 1970-01-01T00:00:00Z.
    static func bytes(_ record: AccessRecord, milliseconds: Int64) -> [UInt8] {
        var line: [UInt8] = []
        line.reserveCapacity(400)
        line.append(contentsOf: #"{"time":""#.utf8)
        let seconds = milliseconds >= 0 ? milliseconds / 1_000 : (milliseconds - 999) / 1_000
        line.append(contentsOf: Timestamp(seconds: seconds).description.utf8.dropLast())
        line.append(contentsOf: ".\(fraction(milliseconds - seconds * 1_000))Z\"".utf8)
        text("client", record.client?.description, &line)
        text("listener", record.network?.rawValue ?? "both", &line)
        text("method", cut(record.method, to: longestWord), &line)
        text("path", cut(record.path, to: longestPath), &line)
        text("dialect", record.dialect.rawValue, &line)
        text("action", record.action, &line)
        text("caller", record.caller.map { cut($0, to: longestWord * 4) }, &line)
        text("code", record.code, &line)
        literal("status", String(record.status), &line)
        literal("bytes", record.bytes.map { String($0) }, &line)
        literal("latency_ms", latency(record.latency), &line)
        text("request_id", record.requestID, &line)
        text("user_agent", record.userAgent.map { cut(withoutQueries($0), to: longestAgent) }, &line)
        line.append(contentsOf: "}\n".utf8)
        return line
    }

    /// Milliseconds, to the microsecond.
    private static func latency(_ duration: Duration) -> String {
        let (seconds, attoseconds) = duration.components
        let microseconds = max(0, seconds * 1_000_000 + attoseconds / 1_000_000_000_000)
        return "\(microseconds / 1_000).\(fraction(microseconds % 1_000))"
    }

    private static func fraction(_ thousandths: Int64) -> String {
        let digits = String(thousandths)
        return String(repeating: "0", count: max(0, 3 - digits.utf8.count)) + digits
    }

    /// A text without the queries of addresses in it, which some clients put there.
    private static func withoutQueries(_ text: String) -> String {
        guard text.utf8.contains(UInt8(ascii: "?")) else { return text }
        var isQuery = false
        var kept = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            if scalar == "?" {
                isQuery = true
                kept.append("?")
                kept.append("…")
            } else {
                if scalar == " " { isQuery = false }
                if !isQuery { kept.append(scalar) }
            }
        }
        return String(kept)
    }

    /// At most so many bytes of a text, whole characters only.
    private static func cut(_ text: String, to most: Int) -> String {
        guard text.utf8.count > most else { return text }
        var count = 0
        return String(
            String.UnicodeScalarView(
                text.unicodeScalars.prefix { scalar in
                    count += UTF8.width(scalar)
                    return count <= most
                }
            )
        )
    }

    private static func key(_ name: String, _ line: inout [UInt8]) {
        line.append(contentsOf: ",\"".utf8)
        line.append(contentsOf: name.utf8)
        line.append(contentsOf: "\":".utf8)
    }

    private static func literal(_ name: String, _ value: String?, _ line: inout [UInt8]) {
        key(name, &line)
        line.append(contentsOf: (value ?? "null").utf8)
    }

    private static func text(_ name: String, _ value: String?, _ line: inout [UInt8]) {
        guard let value else { return literal(name, nil, &line) }
        key(name, &line)
        line.append(UInt8(ascii: "\""))
        for scalar in value.unicodeScalars {
            switch scalar {
            case "\"", "\\":
                line.append(UInt8(ascii: "\\"))
                line.append(UInt8(truncatingIfNeeded: scalar.value))
            // Control characters, those that end lines for some readers, and those that turn text around on a terminal.
            case "\0"..."\u{1F}", "\u{7F}"..."\u{9F}", "\u{200E}"..."\u{200F}", "\u{2028}"..."\u{202E}",
                "\u{2066}"..."\u{2069}":
                let digits = String(scalar.value, radix: 16)
                line.append(contentsOf: "\\u".utf8)
                line.append(contentsOf: repeatElement(UInt8(ascii: "0"), count: 4 - digits.utf8.count))
                line.append(contentsOf: digits.utf8)
            default: line.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
            }
        }
        line.append(UInt8(ascii: "\""))
    }
}
