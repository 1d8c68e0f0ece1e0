import Synchronization

/// How many connections at once go to one host, over all transfers of the process.
final class ConnectionBudget: Sendable {
    private let most: Int
    private let counts = Mutex<[String: Int]>([:])

    init(most: Int) { self.most = most }

    /// Takes a place.
    ///
    /// - Parameter always: a transfer's only connection gets a place beyond the most.
    /// - Returns: false when there is none.
    func take(_ host: String, always: Bool) -> Bool {
        counts.withLock { counts in
            guard always || counts[host, default: 0] < most else { return false }
            counts[host, default: 0] += 1
            return true
        }
    }

    /// Gives a place back.
    func giveBack(_ host: String) {
        counts.withLock { counts in
            let left = counts[host, default: 1] - 1
            counts[host] = left > 0 ? left : nil
        }
    }
}
