import WherryCore

/// The field `Retry-After`: seconds, or a date (RFC 9110, section 10.2.3).
enum RetryAfter {
    /// The longest wait that is told of; who is asked to wait for longer gives up anyway.
    private static let most: Int64 = 3_600

    /// How long to wait, at most an hour; nil when the field is neither.
    ///
    /// - Parameter date: the answer's `Date`: a date is the server's, and so is the clock that it is for.
    static func wait(_ field: String?, date: String?) -> Duration? {
        guard let field else { return nil }
        if let seconds = Int64(field) { return .seconds(min(max(seconds, 0), most)) }
        guard let then = moment(field), let now = date.flatMap({ moment($0) }) else { return nil }
        return .seconds(min(max(then.seconds - now.seconds, 0), most))
    }

    /// A time as HTTP writes it: `Sun, 06 Nov 1994 08:49:37 GMT` (RFC 9110, section 5.6.7).
    private static func moment(_ text: String) -> Timestamp? {
        let words = text.split(separator: " ")
        guard words.count == 6, words[5] == "GMT", words[1].count == 2, words[3].count == 4, words[4].count == 8,
            let month = months.firstIndex(of: String(words[2]))
        else { return nil }
        return Timestamp("\(words[3])-\(month < 9 ? "0" : "")\(month + 1)-\(words[1])T\(words[4])Z")
    }

    private static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]
}
