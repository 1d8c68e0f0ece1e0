import WherryCore

/// When an issued URL stops working, as far as the URL says so.
///
/// A presigned URL of COS holds `q-sign-time=START;END` in Unix seconds: as a parameter, or inside the older `sign=…`,
/// percent-encoded once more (vendor's COS SDK, `cos_auth.py`; sample of vendor page 239/34443). The URL is read as
/// text and never rebuilt.
enum SignedLife {
    /// When all of a file's URLs stop working: the earliest of them.
    ///
    /// The clocks may differ by the five minutes that the API permits, so that the end by our clock is not later than
    /// the length of the life allows.
    ///
    /// - Parameters:
    ///   - askedAt: our time before the request.
    ///   - life: how long a URL works that does not say.
    static func expiry(of urls: [String], askedAt: Timestamp, life: Duration) -> Timestamp {
        let ends = urls.map { url in
            guard let (start, end) = window(in: url) else { return askedAt + life }
            return min(Timestamp(seconds: end), askedAt + .seconds(end - start))
        }
        return ends.min() ?? askedAt + life
    }

    /// The two moments of `q-sign-time`; nil when there is none, or the end is not after the start.
    static func window(in url: String) -> (start: Int64, end: Int64)? {
        guard let mark = url.utf8.firstIndex(of: UInt8(ascii: "?")) else { return nil }
        var query = Array(url.utf8[url.utf8.index(after: mark)...])
        // As it is, then with one and with two layers of percent-encoding taken off.
        for _ in 0..<3 {
            if let window = plainWindow(in: query) { return window }
            query = unescaped(query)
        }
        return nil
    }

    private static func plainWindow(in query: [UInt8]) -> (start: Int64, end: Int64)? {
        let name = Array("q-sign-time=".utf8)
        // In the older form the whole list is the value of `sign`, and so may begin behind its `=`.
        for parameter in query.split(whereSeparator: { $0 == UInt8(ascii: "&") }) {
            let value =
                parameter.starts(with: name)
                ? parameter.dropFirst(name.count)
                : parameter.starts(with: "sign=q-sign-time=".utf8) ? parameter.dropFirst(name.count + 5) : nil
            guard let value else { continue }
            let numbers = value.split(separator: UInt8(ascii: ";"), omittingEmptySubsequences: false).map(number)
            guard numbers.count == 2, let start = numbers[0], let end = numbers[1], start < end else { continue }
            return (start, end)
        }
        return nil
    }

    /// A number of at most 11 digits: seconds up to the year 5138.
    private static func number(_ digits: some Collection<UInt8>) -> Int64? {
        guard (1...11).contains(digits.count), digits.allSatisfy({ (48...57).contains($0) }) else { return nil }
        return digits.reduce(0) { $0 * 10 + Int64($1 - 48) }
    }

    private static func unescaped(_ bytes: [UInt8]) -> [UInt8] {
        var result: [UInt8] = []
        var index = 0
        while index < bytes.count {
            if bytes[index] == UInt8(ascii: "%"), index + 2 < bytes.count, let high = nibble(bytes[index + 1]),
                let low = nibble(bytes[index + 2])
            {
                result.append(high << 4 | low)
                index += 3
            } else {
                result.append(bytes[index])
                index += 1
            }
        }
        return result
    }

    private static func nibble(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}
