import Foundation
import NIOCore
import Synchronization
import SystemPackage
import Testing
import WherryCore
import WherryPluginKit
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

    /// Publishes a dozen files, all but the first of which wait for it and are published together; gives those for which it
    /// was said to be so.
    ///
    /// - Parameter folders: how many folders they are in.
    private func publishTogether(
        _ scratch: Scratch,
        folders: Int = 1,
        fault: @escaping @Sendable (Disk.Step, String) -> Int32?
    ) async throws -> (published: [String], steps: [Disk.Step: Int]) {
        let steps = Mutex<[Disk.Step: Int]>([:])
        let disk = Disk { step, path in
            let isFirst = steps.withLock { steps in
                steps[step, default: 0] += 1
                return steps[step] == 1
            }
            if step == .syncFile, isFirst { usleep(300_000) }
            return fault(step, path)
        }
        let publisher = Publisher()
        for number in 0..<folders where folders > 1 { try AtomicFile.makeFolder(scratch.file("\(number)")) }
        let published = await withTaskGroup(of: String?.self) { group in
            for number in 0..<12 {
                group.addTask {
                    let folder = folders > 1 ? "\(number % folders)/" : ""
                    let path = FilePath(scratch.file("\(folder)\(number).rdb"))
                    guard let staged = try? StagedFile(for: path, disk: disk) else { return nil }
                    try? staged.write([ByteBuffer(string: "whole")], at: 0)
                    do { try await publisher.publish(staged, size: 5) } catch {
                        staged.discard()
                        return nil
                    }
                    return "\(number).rdb"
                }
            }
            var published: [String] = []
            for await name in group { if let name { published.append(name) } }
            return published.sorted()
        }
        let there = scratch.files(below: ".").map { ($0 as NSString).lastPathComponent }
        #expect(Set(published).isSubset(of: there))
        return (published, steps.withLock { $0 })
    }

    private static let dozen = (0..<12).map { "\($0).rdb" }.sorted()

    @Test func manyFilesAreMadeDurableTogether() async throws {
        try await Scratch.with { scratch in
            let (published, steps) = try await publishTogether(scratch) { _, _ in nil }
            #expect(published == Self.dozen)
            #expect(steps[.syncAll] == 1)
            #expect(steps[.syncFile] == 12)
            #expect(steps[.syncFolder] == 4, "opened and synced, twice")
        }
    }

    /// Of names in many folders one call makes all durable, and one folder's sync empties the disk's cache.
    @Test func manyFoldersAreMadeDurableTogether() async throws {
        try await Scratch.with { scratch in
            let (published, steps) = try await publishTogether(scratch, folders: 6) { _, _ in nil }
            #expect(published == Self.dozen)
            #expect(steps[.syncAll] == 2)
            #expect(steps[.syncFolder] == 4, "the first file's, then one for all others: opened and synced")
        }
    }

    /// Where that one call fails, each folder is asked by itself.
    @Test func whereNamesCannotBeMadeDurableTogetherEachFolderIsByItself() async throws {
        try await Scratch.with { scratch in
            let calls = Mutex(0)
            let (published, steps) = try await publishTogether(scratch, folders: 6) { step, _ in
                guard step == .syncAll else { return nil }
                return calls.withLock { calls in
                    calls += 1
                    return calls == 2 ? EIO : nil
                }
            }
            #expect(published == Self.dozen)
            // Opened and synced: the first file's, six for the others; and one was open in vain.
            #expect(steps[.syncFolder] == 2 + 1 + 2 * 6)
        }
    }

    /// A folder that cannot be made durable is its files' failure, and nobody else's.
    @Test func aFolderThatIsLostFailsItsOwnFiles() async throws {
        try await Scratch.with { scratch in
            let (published, _) = try await publishTogether(scratch, folders: 6) { step, path in
                step == .syncFolder && path.hasSuffix("/3") || step == .syncAll ? EIO : nil
            }
            #expect(published == Self.dozen.filter { $0 != "3.rdb" && $0 != "9.rdb" })
        }
    }

    @Test func whereAllCannotBeMadeDurableTogetherEachIsByItself() async throws {
        try await Scratch.with { scratch in
            let (published, steps) = try await publishTogether(scratch) { step, _ in step == .syncAll ? EIO : nil }
            #expect(published == Self.dozen)
            #expect(steps[.syncAll] == 1)
            #expect(steps[.syncFile] == 12)
        }
    }

    @Test func oneThatIsLostFailsByItself() async throws {
        try await Scratch.with { scratch in
            let (published, _) = try await publishTogether(scratch) { step, path in
                step == .syncFile && path.hasSuffix("/7.rdb.part") ? EIO : nil
            }
            #expect(published == Self.dozen.filter { $0 != "7.rdb" })
        }
    }

    @Test func whoIsCancelledFailsNobodyElse() async throws {
        try await Scratch.with { scratch in
            let disk = Disk { step, path in
                if step == .syncFile, path.hasSuffix("/first.rdb.part") { usleep(300_000) }
                return nil
            }
            let publisher = Publisher()
            let files = try ["first", "second", "third", "fourth"].map {
                try StagedFile(for: FilePath(scratch.file("\($0).rdb")), disk: disk)
            }
            async let first: Void = publisher.publish(files[0], size: 0)
            try await Task.sleep(for: .milliseconds(100))
            // It would be the one that works for the others.
            let second = Task { try await publisher.publish(files[1], size: 0) }
            try await Task.sleep(for: .milliseconds(50))
            async let third: Void = publisher.publish(files[2], size: 0)
            async let fourth: Void = publisher.publish(files[3], size: 0)
            second.cancel()
            _ = try await (first, third, fourth)
            _ = await second.result
            #expect(scratch.files(below: ".") == ["first.rdb", "fourth.rdb", "second.rdb", "third.rdb"])
        }
    }

    private func mode(of path: String) throws -> Int? {
        try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
    }

    @Test func aLeftoverThatOthersMayWriteIsPrivateFromThenOn() async throws {
        try await Scratch.with { scratch in
            let part = try scratch.write("dump.rdb.part", Array("half".utf8))
            try FileManager.default.setAttributes([.posixPermissions: 0o666], ofItemAtPath: part)
            let staged = try StagedFile(for: FilePath(scratch.file("dump.rdb")))
            #expect(staged.size == 4, "it is gone on with")
            #expect(try mode(of: part) == 0o600)
            try await publish(staged)
            #expect(try mode(of: scratch.file("dump.rdb")) == 0o600)
            #expect(FileManager.default.contents(atPath: scratch.file("dump.rdb")) == Data("half".utf8))
        }
    }

    @Test(arguments: [true, false])
    func aLeftoverThatLeadsElsewhereIsNotWrittenThrough(isHard: Bool) async throws {
        try await Scratch.with { scratch in
            let other = try scratch.write("other", Array("somebody's".utf8))
            let part = scratch.file("dump.rdb.part")
            if isHard {
                try FileManager.default.linkItem(atPath: other, toPath: part)
            } else {
                try FileManager.default.createSymbolicLink(atPath: part, withDestinationPath: other)
            }
            let staged = try StagedFile(for: FilePath(scratch.file("dump.rdb")))
            #expect(staged.size == 0)
            try append("whole", to: staged)
            try await publish(staged)
            #expect(scratch.files(below: ".") == ["dump.rdb", "other"])
            #expect(FileManager.default.contents(atPath: other) == Data("somebody's".utf8))
            #expect(FileManager.default.contents(atPath: scratch.file("dump.rdb")) == Data("whole".utf8))
            #expect(try mode(of: scratch.file("dump.rdb")) == 0o600)
        }
    }

    @Test func aLeftoverThatIsBeingWrittenIsNotRemoved() async throws {
        try await Scratch.with { scratch in
            let first = try StagedFile(for: FilePath(scratch.file("dump.rdb")))
            try append("first", to: first)
            // As programs do that keep copies of whole folders.
            try FileManager.default.linkItem(atPath: first.part.string, toPath: scratch.file("kept"))
            let failure = #expect(throws: Failure.self) { _ = try StagedFile(for: FilePath(scratch.file("dump.rdb"))) }
            #expect(failure?.code == "transfer.already-running")
            try await publish(first)
            #expect(FileManager.default.contents(atPath: scratch.file("dump.rdb")) == Data("first".utf8))
        }
    }

    @Test func whatCannotBeReplacedIsTold() async throws {
        try await Scratch.with { scratch in
            try scratch.write("dump.rdb.part/kept", [1])
            let failure = #expect(throws: Failure.self) { _ = try StagedFile(for: FilePath(scratch.file("dump.rdb"))) }
            #expect(failure?.code == "disk.not-writable")
            #expect(failure?.message.contains("dump.rdb.part") == true)
            #expect(scratch.files(below: ".") == ["dump.rdb.part/kept"])
        }
    }

    @Test func missingFolderIsTold() async throws {
        let failure = #expect(throws: Failure.self) { _ = try StagedFile(for: "/nonexistent/dump.rdb") }
        #expect(failure?.failureClass == .configuration)
    }
}
