import Synchronization

/// How many connections each client has open.
final class ConnectionCounts: Sendable {
    private let limit: Int
    private let counts = Mutex<[String: Int]>([:])

    /// - Parameter limit: the most connections of one client, above 0.
    init(limit: Int) { self.limit = limit }

    /// Counts one more; false, and uncounted, when the client has too many.
    func enter(_ client: String) -> Bool {
        counts.withLock { counts in
            let count = counts[client, default: 0]
            guard count < limit else { return false }
            counts[client] = count + 1
            return true
        }
    }

    /// Counts one less.
    func leave(_ client: String) {
        counts.withLock { counts in
            let count = counts[client, default: 0]
            counts[client] = count > 1 ? count - 1 : nil
        }
    }
}
