import Foundation
import Testing
import WherryCore
import WherryTestSupport

@testable import WherryRestore

/// Folders for dumps in the clear: private, and gone afterwards.
@Suite struct ScratchFolderTests {
    private struct Stop: Error {}

    @Test func isPrivateAndGoneAfterwards() async throws {
        try await Scratch.with { scratch in
            let parent = scratch.file("state/prove")
            let path = try await ScratchFolder.with(below: parent, random: 7) { path in
                let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
                #expect(mode == 0o700)
                try FileManager.default.createDirectory(atPath: path + "/a/b", withIntermediateDirectories: true)
                return path
            }
            #expect(!FileManager.default.fileExists(atPath: path))
            await #expect(throws: Stop.self) {
                try await ScratchFolder.with(below: parent, random: 8) { _ in throw Stop() }
            }
            #expect(try FileManager.default.contentsOfDirectory(atPath: parent) == [])
        }
    }

    @Test func onlyWhatNobodyHoldsIsTidiedUp() async throws {
        try await Scratch.with { scratch in
            try scratch.write("wherry-prove-dead/lock", [])
            try scratch.write("wherry-prove-dead/0/dump.rdb", [1])
            try scratch.write("other/lock", [])
            try await ScratchFolder.with(below: scratch.path, random: 1) { first in
                try await ScratchFolder.with(below: scratch.path, random: 2) { second in
                    #expect(FileManager.default.fileExists(atPath: first))
                    #expect(FileManager.default.fileExists(atPath: second))
                }
                #expect(FileManager.default.fileExists(atPath: first))
            }
            #expect(scratch.files(below: ".") == ["other/lock"])
        }
    }
}
