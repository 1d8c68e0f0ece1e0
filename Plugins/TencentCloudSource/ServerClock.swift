import WherryCore
import WherryPluginKit

/// Whether the clock of whoever answers agrees with ours, by the `Date` header of the answer.
enum ServerClock {
    /// How much the answering clock is ahead of ours; zero when it may agree, nil when it is not told.
    ///
    /// - Parameters:
    ///   - sent: our time before the request.
    ///   - received: our time after the answer; the date was written somewhere between.
    static func lead(of response: HTTPExchangeResponse, sent: Timestamp, received: Timestamp) -> Duration? {
        guard let date = response.header("date").flatMap({ HTTPDate.parse($0) }) else { return nil }
        if date < sent { return date - sent }
        return date > received ? date - received : .zero
    }
}
