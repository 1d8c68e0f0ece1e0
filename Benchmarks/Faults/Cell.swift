/// Where a case stands in the table.
struct CellKey: Hashable, Sendable {
    let row: Int
    let column: Int
}

/// What a tool made of a behavior.
struct Cell: Sendable {
    enum Verdict: String, Sendable, CaseIterable {
        /// Exit 0 with the exact bytes.
        case ok
        /// Another exit, and nothing wrong under the file's final name.
        case fails
        /// Another exit, and a wrong or partial file under its final name.
        case partial
        /// Exit 0 with other bytes, or none.
        case wrong = "WRONG"
        /// Killed at the deadline.
        case hangs
    }

    let verdict: Verdict
    let duration: Duration
    let requests: Int
    let objectBytes: Int64

    /// One line for people.
    var detail: String {
        let seconds = duration / .milliseconds(100)
        return "\(verdict.rawValue), \(seconds.rounded() / 10) s, \(requests) requests, \(objectBytes) bytes"
    }
}
