import WherryCore
import WherryPluginKit

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// Folders that live as long as one operation of a plugin.
enum OperationFolder {
    private static let prefix = "operation-"

    /// Makes a folder below `parent`, runs `body`, and removes it with all that is in it.
    ///
    /// - Throws: ``Failure`` of class `exhausted` or `configuration`, and what `body` throws.
    static func with<Value>(
        below parent: String,
        random: UInt64,
        _ body: (String) async throws -> Value
    ) async throws -> Value {
        try AtomicFile.makeFolder(parent)
        let path = "\(parent)/\(prefix)\(String(random, radix: 36))"
        try AtomicFile.makeFolder(path)
        // What cannot be removed now is removed after the next run that does not end cleanly.
        defer { try? FileManager.default.removeItem(atPath: path) }
        return try await body(path)
    }

    /// Removes what a process that died has left.
    static func removeLeftOvers(below parent: String) {
        for name in (try? FileManager.default.contentsOfDirectory(atPath: parent)) ?? [] where name.hasPrefix(prefix) {
            try? FileManager.default.removeItem(atPath: "\(parent)/\(name)")  // tried again next time
        }
    }
}
