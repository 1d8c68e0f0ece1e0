import Synchronization

/// How many bytes may wait in memory, over all files of the process; what the allocator adds to them is not counted.
final class MemoryBudget: Sendable {
    private let most: Int
    private let held = Mutex(0)

    /// - Parameter most: so many bytes at most.
    init(most: Int) { self.most = most }

    /// How many there are.
    var count: Int { held.withLock { $0 } }

    /// Takes room for so many more bytes; false when there is none.
    func take(_ bytes: Int) -> Bool {
        held.withLock { held in
            guard held + bytes <= most else { return false }
            held += bytes
            return true
        }
    }

    /// Gives room back.
    func giveBack(_ bytes: Int) { held.withLock { $0 -= bytes } }
}
