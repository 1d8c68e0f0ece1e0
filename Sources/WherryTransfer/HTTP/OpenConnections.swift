import Synchronization

/// How many connections are open for downloads, and how much each may read at once: the more there are, the less, so
/// that all of them together stay within a few MiB.
final class OpenConnections: Sendable {
    private static let together = 2 << 20

    private let count = Atomic(0)

    /// Counts a connection.
    ///
    /// - Returns: the most bytes that it may read at once, 256 KiB to 1 MiB.
    func opened() -> Int {
        let now = count.add(1, ordering: .relaxed).newValue
        return max(256 << 10, min(1 << 20, Self.together / max(1, now)))
    }

    /// Counts it no more.
    func closed() { count.subtract(1, ordering: .relaxed) }
}
