import Synchronization
import WherryCore

/// The last of what a program wrote to its standard error.
final class Complaints: Sendable {
    /// How much is kept, in bytes.
    static let limit = 64 << 10

    private let kept = Mutex<[UInt8]>([])

    func add(_ bytes: [UInt8]) {
        kept.withLock { kept in
            if bytes.count >= Self.limit {
                kept = Array(bytes.suffix(Self.limit))
                return
            }
            kept += bytes
            // Moved seldom: twice the limit before the front is dropped.
            if kept.count > 2 * Self.limit { kept.removeFirst(kept.count - Self.limit) }
        }
    }

    /// As text, with the secrets and URLs in it masked.
    func text(hiding secrets: [Secret]) -> String {
        let bytes = kept.withLock { Array($0.suffix(Self.limit)) }
        return Masking(secrets).masked(String(decoding: bytes, as: UTF8.self))
    }
}
