import Foundation
import NIOCore
import SystemPackage
import Testing
import WherryCore
import WherryTestSupport

@testable import WherryTransfer

@Suite
struct StagedFileTests {
    private func append(_ text: String, to staged: StagedFile) throws {
        try staged.write([ByteBuffer(string: text)], at: 0)
    }

    private func publish(_ staged: StagedFile) async throws { try await Publisher().publish(staged, size: staged.size) }

    @Test func appearsWholeUnderItsFinalName() async throws {
        try await Scratch.with { scratch in
            try scratch.write("dump.rdb.part", Array("what a dead process left, longer than the file".utf8))
            let staged = try StagedFile(for: FilePath(scratch.file("dump.rdb")))
            try staged.startOver()
            try append("whole", to: staged)
            #expect(scratch.files(below: ".") == ["dump.rdb.part"])
            try await publish(staged)
            #expect(scratch.files(below: ".") == ["dump.rdb"])
            #expect(FileManager.default.contents(atPath: scratch.file("dump.rdb")) == Data("whole".utf8))
        }
    }

    @Test func twoTransfersNeverShareAFile() async throws {
        try await Scratch.with { scratch in
            let first = try StagedFile(for: FilePath(scratch.file("dump.rdb")))
            try append("first", to: first)
            let failure = #expect(throws: Failure.self) { _ = try StagedFile(for: FilePath(scratch.file("dump.rdb"))) }
            #expect(failure?.code == "transfer.already-running")
            try await publish(first)
            #expect(FileManager.default.contents(atPath: scratch.file("dump.rdb")) == Data("first".utf8))
            let second = try StagedFile(for: FilePath(scratch.file("dump.rdb")))
            try append("second", to: second)
            try await publish(second)
            #expect(FileManager.default.contents(atPath: scratch.file("dump.rdb")) == Data("second".utf8))
        }
    }

    @Test func discardedLeavesNothing() async throws {
        try await Scratch.with { scratch in
            let staged = try StagedFile(for: FilePath(scratch.file("dump.rdb")))
            try append("half", to: staged)
            staged.discard()
            #expect(scratch.files(below: ".").isEmpty)
        }
    }

    @Test func missingFolderIsTold() async throws {
        let failure = #expect(throws: Failure.self) { _ = try StagedFile(for: "/nonexistent/dump.rdb") }
        #expect(failure?.failureClass == .configuration)
    }
}
