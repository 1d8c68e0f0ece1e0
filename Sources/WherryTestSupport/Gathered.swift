import Synchronization

/// Gathers bytes that are passed on piece by piece.
package final class Gathered: Sendable {
    private let state = Mutex((bytes: [UInt8](), largest: 0))

    /// Nothing yet.
    package init() {}

    /// All of them so far.
    package var bytes: [UInt8] { state.withLock { $0.bytes } }

    /// The size of the largest piece.
    package var largest: Int { state.withLock { $0.largest } }

    /// Adds a piece.
    package func add(_ piece: [UInt8]) {
        state.withLock { state in
            state.bytes += piece
            state.largest = max(state.largest, piece.count)
        }
    }
}
