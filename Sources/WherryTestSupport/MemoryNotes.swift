import Synchronization
import WherryPluginKit

/// A plugin's notes, kept as long as this value lives.
package final class MemoryNotes: PluginNotes {
    private let all = Mutex<[String: String]>([:])

    /// No notes yet.
    package init() {}

    /// The notes whose keys begin so.
    package func notes(under prefix: String) async throws -> [String: String] {
        all.withLock { $0.filter { $0.key.hasPrefix(prefix) } }
    }

    /// Writes a note.
    package func note(_ key: String, _ value: String?) async throws {
        all.withLock { $0[key] = value }
    }
}
