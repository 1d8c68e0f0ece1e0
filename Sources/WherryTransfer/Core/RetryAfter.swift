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
        guard let then = HTTPDate.parse(field), let now = date.flatMap({ HTTPDate.parse($0) }) else { return nil }
        return .seconds(min(max(then.seconds - now.seconds, 0), most))
    }
}
