import Synchronization
import WherryCore

import struct Crypto.SHA256

/// The digest of bytes that come piece by piece.
final class ReadTally: Sendable {
    private let hash = Mutex(SHA256())

    func add(_ bytes: [UInt8]) { hash.withLock { $0.update(data: bytes) } }

    /// Of all bytes so far.
    var digest: SHA256Digest? { hash.withLock { SHA256Digest(bytes: $0.finalize()) } }
}
