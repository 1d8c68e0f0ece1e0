import Foundation
import Testing
import WherryCore
import WherryPluginKit

@Suite struct AtomicFileTests {
    @Test func makesFoldersThatAreMissing() throws {
        let root = FileManager.default.temporaryDirectory.path + "/wherry-test-" + UUID().uuidString.prefix(13)
        defer { try? FileManager.default.removeItem(atPath: root) }
        let path = root + "/a/b/c"
        try AtomicFile.makeFolder(path)
        try AtomicFile.makeFolder(path + "/")
        for folder in [root, root + "/a", path] {
            let mode = try FileManager.default.attributesOfItem(atPath: folder)[.posixPermissions] as? Int
            #expect(mode == 0o700)
        }
    }

    /// Where nothing can be made Linux says that the folder above is missing, however often it is asked.
    @Test(arguments: ["/proc/wherry", "/proc/wherry/a/b", ""])
    func whereNothingCanBeMadeIsTold(path: String) {
        let failure = #expect(throws: Failure.self) { try AtomicFile.makeFolder(path) }
        #expect(failure?.code == "disk.not-writable")
        #expect(failure?.failureClass == .configuration)
    }

    @Test func aFileInPlaceOfAFolderIsTold() throws {
        let path = FileManager.default.temporaryDirectory.path + "/wherry-test-" + UUID().uuidString.prefix(13)
        try Data().write(to: URL(fileURLWithPath: path))
        defer { try? FileManager.default.removeItem(atPath: path) }
        for folder in [path, path + "/a"] {
            let failure = #expect(throws: Failure.self) { try AtomicFile.makeFolder(folder) }
            #expect(failure?.code == "disk.not-writable")
        }
    }
}
