import Foundation

/// A folder that lives as long as one test.
package struct Scratch: Sendable {
    /// Its path.
    package let path: String

    /// A folder that does not exist, for tests that touch no file.
    package static let none = Scratch(path: "/nonexistent")

    /// Makes a folder, runs `body`, and removes it whatever happens; `WHERRY_KEEP_SCRATCH=1` keeps it.
    package static func with<Value: Sendable>(_ body: (Scratch) async throws -> Value) async throws -> Value {
        let path = FileManager.default.temporaryDirectory.path + "/wherry-test-" + UUID().uuidString.prefix(13)
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        let scratch = Scratch(path: path)
        do {
            let value = try await body(scratch)
            scratch.remove()
            return value
        } catch {
            scratch.remove()
            throw error
        }
    }

    private func remove() {
        if ProcessInfo.processInfo.environment["WHERRY_KEEP_SCRATCH"] == "1" { return }
        try? FileManager.default.removeItem(atPath: path)  // what cannot be removed is the system's to clean up
    }

    /// A folder of its own in it.
    package func sub(_ name: String) -> Scratch {
        let inner = Scratch(path: path + "/" + name)
        // A folder that cannot be made shows in the first file that is written.
        try? FileManager.default.createDirectory(atPath: inner.path, withIntermediateDirectories: true)
        return inner
    }

    /// The path of a file in it.
    package func file(_ name: String) -> String { path + "/" + name }

    /// Writes a file in it.
    @discardableResult
    package func write(_ name: String, _ bytes: some Sequence<UInt8>) throws -> String {
        let target = file(name)
        let folder = (target as NSString).deletingLastPathComponent
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        try Data(bytes).write(to: URL(fileURLWithPath: target))
        return target
    }

    /// The regular files below a folder of it, relative to that folder, sorted.
    package func files(below folder: String) -> [String] {
        let root = file(folder)
        return (FileManager.default.subpaths(atPath: root) ?? []).filter { name in
            var isFolder: ObjCBool = false
            return FileManager.default.fileExists(atPath: root + "/" + name, isDirectory: &isFolder)
                && !isFolder.boolValue
        }.sorted()
    }
}

/// The files that the tests share.
package enum Fixtures {
    /// The folder Tests/Fixtures.
    package static var folder: String {
        let here = URL(fileURLWithPath: #filePath)
        return here.deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().path
            + "/Tests/Fixtures"
    }

    /// The path of an RDB file, such as `orders-1`.
    package static func rdb(_ name: String) -> String { folder + "/rdb/\(name).rdb" }
}
