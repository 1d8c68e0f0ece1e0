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

    /// Makes a file or folder two hours old.
    private func age(_ path: String) {
        let then = timeval(tv_sec: time(nil) - 7_200, tv_usec: 0)
        let result = utimes(path, [then, then])
        #expect(result == 0)
    }

    private func names(in folder: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
    }

    /// What was killed between its steps has no lock, or has it in a draft.
    @Test func whatHasNoLockIsTidiedUpWhenItIsOld() async throws {
        try await Scratch.with { scratch in
            for name in ["wherry-prove-old", ".wherry-prove-old", "wherry-prove-young", ".wherry-prove-young"] {
                try scratch.write("\(name)/0/dump.rdb", [1])
            }
            try scratch.write(".wherry-prove-locked/lock", [])
            try scratch.write(".wherry-prove-new/lock", [])
            try scratch.write("kept/dump.rdb", [1])
            try scratch.write("wherry-prove-file", [1])
            let link = scratch.file("wherry-prove-link")
            try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: scratch.file("kept"))
            for name in ["wherry-prove-old", ".wherry-prove-old", ".wherry-prove-locked", "kept", "wherry-prove-file"] {
                age(scratch.file(name))
            }
            try await ScratchFolder.with(below: scratch.path, random: 1) { _ in }
            #expect(
                try names(in: scratch.path) == [
                    ".wherry-prove-new", ".wherry-prove-young", "kept", "wherry-prove-file", "wherry-prove-link",
                    "wherry-prove-young",
                ]
            )
            #expect(try names(in: scratch.file("kept")) == ["dump.rdb"])
        }
    }

    @Test func whoIsAtWorkForLongIsLeftAlone() async throws {
        try await Scratch.with { scratch in
            try await ScratchFolder.with(below: scratch.path, random: 1) { first in
                age(first)
                try await ScratchFolder.with(below: scratch.path, random: 2) { _ in }
                #expect(try names(in: first) == ["lock"])
            }
            #expect(try names(in: scratch.path) == [])
        }
    }
}
