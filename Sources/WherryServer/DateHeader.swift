import Synchronization
import WherryCore

/// The field `Date` of answers, kept for all that are given within its second.
enum DateHeader {
    private static let last = Mutex<(moment: Timestamp, text: String)?>(nil)

    /// Its text at a moment.
    static func text(at moment: Timestamp) -> String {
        last.withLock { last in
            if let last, last.moment == moment { return last.text }
            let text = HTTPDate.format(moment)
            last = (moment, text)
            return text
        }
    }
}
