import Foundation
import Synchronization
import Testing
import WherryCore
import WherryTestSupport

@testable import WherryTransfer

/// A disk that fails at any step: no file under its final name, the right class, and the next try goes on.
@Suite(.timeLimit(.minutes(2)))
struct DiskFaultTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var step: Disk.Step
        var number: Int32
        var after: Int

        var testDescription: String { "\(step.rawValue) fails with \(number) at call \(after + 1)" }
    }

    private static let numbers = [EIO, ENOSPC, EDQUOT, EROFS]
    /// Every step that a file by itself takes, and its writes; the batches are not always so small that there are more.
    static let cases: [Case] =
        Disk.Step.allCases.filter { $0 != .syncAll }.flatMap { step in
            numbers.map { Case(step: step, number: $0, after: 0) }
        } + (1...6).flatMap { write in numbers.prefix(3).map { Case(step: .write, number: $0, after: write) } }

    @Test(arguments: cases)
    func nothingHasTheFinalName(_ example: Case) async throws {
        let object = FaultObject(seed: 7, size: 9 << 20)
        try await Scratch.with { scratch in
            let path = scratch.file("dump.rdb")
            if example.step == .truncate { try scratch.write("dump.rdb.part", Array("what a dead process left".utf8)) }
            let count = Mutex(0)
            let disk = Disk { step, _ in
                guard step == example.step else { return nil }
                return count.withLock { count in
                    count += 1
                    return count > example.after ? example.number : nil
                }
            }
            var settings = TransferSettings()
            settings.connections = 2
            settings.isAdaptive = false
            let plan = settings
            try await FaultServer.with(FaultCorpus.plain, object: object) { server in
                do {
                    _ = try await FaultFetch.fetch(
                        from: server,
                        to: path,
                        size: object.size,
                        settings: plan,
                        disk: disk
                    )
                    // Reading back is needed only where the scan fell behind, and notes are never needed.
                    #expect([.read, .note].contains(example.step), "the fault was not noticed")
                } catch let failure as Failure {
                    let isFull = [ENOSPC, EDQUOT].contains(example.number)
                    let code = isFull ? "disk.full" : example.number == EROFS ? "disk.not-writable" : "disk.error"
                    #expect(failure.code == code)
                    if example.step != .syncFolder {
                        #expect(!FileManager.default.fileExists(atPath: path))
                    }
                }
                _ = try await FaultFetch.fetch(from: server, to: path, size: object.size, settings: plan)
                return ()
            }
            let got = try #require(FileManager.default.contents(atPath: path))
            #expect(Array(got) == object.bytes(in: 0..<object.size))
            #expect(scratch.files(below: ".") == ["dump.rdb"])
        }
    }

    /// What came before the disk was full is not fetched again.
    @Test func goesOnAfterSpaceReturns() async throws {
        let object = FaultObject(seed: 8, size: 24 << 20)
        try await Scratch.with { scratch in
            let path = scratch.file("dump.rdb")
            let written = Mutex(0)
            let disk = Disk { step, _ in
                guard step == .write else { return nil }
                return written.withLock { count in
                    count += 1
                    return count > 11 ? ENOSPC : nil
                }
            }
            var settings = TransferSettings()
            settings.connections = 1
            let plan = settings
            let sent = try await FaultServer.with(
                FaultCorpus.plain,
                object: object,
                settings: FaultSettings(totalRate: 40 << 20)
            ) { server in
                await #expect(throws: Failure.self) {
                    try await FaultFetch.fetch(
                        from: server,
                        to: path,
                        size: object.size,
                        settings: plan,
                        disk: disk
                    )
                }
                #expect(scratch.files(below: ".") == ["dump.rdb.part", "dump.rdb.part.journal"])
                _ = try await FaultFetch.fetch(from: server, to: path, size: object.size, settings: plan)
                return server.records.bodyBytes
            }
            // What the kernel took and nobody read counts too.
            #expect(sent - object.size < object.size * 3 / 4)
            #expect(FileManager.default.contents(atPath: path).map { Array($0) } == object.bytes(in: 0..<object.size))
        }
    }
}
