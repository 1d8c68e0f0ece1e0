package import WherryCore

import struct Crypto.SHA256

/// What tells one delivery from all others: the same whenever a backup is handed to a sink again.
package enum DeliveryKey {
    /// SHA-256, in hexadecimal, over the names of sink, source, instance and backup with a NUL behind each.
    package static func text(sink: String, source: SourceName, backup: Backup.Key) -> String {
        var hash = SHA256()
        for part in [sink, source.rawValue, backup.instance.rawValue, backup.backup.rawValue] {
            hash.update(data: Array(part.utf8) + [0])
        }
        return SHA256Digest(bytes: hash.finalize())?.hex ?? ""
    }
}
