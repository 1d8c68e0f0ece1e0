import WherryCore
import WherryPluginKit

/// The `Date` header of an answer, which shows whether the two clocks agree.
enum HTTPDate {
    private static let months = [
        "Jan": "01", "Feb": "02", "Mar": "03", "Apr": "04", "May": "05", "Jun": "06", "Jul": "07", "Aug": "08",
        "Sep": "09", "Oct": "10", "Nov": "11", "Dec": "12",
    ]

    /// Reads `Sun, 06 Nov 1994 08:49:37 GMT`, the one form that is sent today (RFC 9110, section 5.6.7).
    static func parse(_ text: String) -> Timestamp? {
        let parts = text.split(separator: " ")
        guard parts.count == 6, parts[5] == "GMT", let month = months[String(parts[2])] else { return nil }
        return Timestamp("\(parts[3])-\(month)-\(parts[1])T\(parts[4])Z")
    }

    /// How much the answering clock is ahead of ours; zero when it may agree, nil when it is not told.
    ///
    /// - Parameters:
    ///   - sent: our time before the request.
    ///   - received: our time after the answer; the date was written somewhere between.
    static func lead(of response: HTTPExchangeResponse, sent: Timestamp, received: Timestamp) -> Duration? {
        guard let date = response.header("date").flatMap(parse) else { return nil }
        if date < sent { return date - sent }
        return date > received ? date - received : .zero
    }
}
