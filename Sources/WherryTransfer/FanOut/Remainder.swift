import Synchronization

/// Passes on what a receiver does not have yet of a file that comes from its first byte on.
final class Remainder: Sendable {
    private let skipped: Int64
    private let seen = Mutex<Int64>(0)
    private let receive: @Sendable ([UInt8]) async throws -> Void

    /// - Parameter skipped: how many bytes the receiver has.
    init(after skipped: Int64, _ receive: @escaping @Sendable ([UInt8]) async throws -> Void) {
        self.skipped = skipped
        self.receive = receive
    }

    /// How many bytes the receiver has.
    var position: Int64 { max(skipped, seen.withLock { $0 }) }

    /// The next bytes of the file.
    func take(_ bytes: [UInt8]) async throws {
        let before = seen.withLock { seen in
            defer { seen += Int64(bytes.count) }
            return seen
        }
        let surplus = min(Int64(bytes.count), max(0, skipped - before))
        guard surplus < bytes.count else { return }
        try await receive(surplus == 0 ? bytes : Array(bytes[Int(surplus)...]))
    }
}
