import Synchronization

/// What a server remembers for its behavior: how often something happened, how much is going on.
package final class FaultLedger: Sendable {
    private let strikes = Mutex<[String: Int]>([:])
    private let active = Mutex(0)

    init() {}

    /// Counts one more event of this name; the first is 1.
    package func count(_ name: String) -> Int {
        strikes.withLock { strikes in
            strikes[name, default: 0] += 1
            return strikes[name, default: 0]
        }
    }

    /// Counts one more answer that is being given, and says how many there are now.
    func enter() -> Int {
        active.withLock { active in
            active += 1
            return active
        }
    }

    /// Ends what ``enter()`` counted.
    func leave() {
        active.withLock { $0 -= 1 }
    }
}
