import NIOCore
import Synchronization
import SystemPackage
import Testing
import WherryTestSupport

@testable import WherryTransfer

/// How much waits in memory for the scan.
@Suite(.timeLimit(.minutes(1)))
struct ContentScannerTests {
    private let budget = MemoryBudget(most: 1_000)

    private func scanner(of staged: StagedFile) -> ContentScanner {
        ContentScanner(of: staged, copy: nil, memoryLimit: 800, budget: budget)
    }

    private func with(_ body: (StagedFile) async throws -> Void) async throws {
        try await Scratch.with { scratch in try await body(StagedFile(for: FilePath(scratch.file("dump.rdb")))) }
    }

    private func bytes(_ count: Int) -> [ByteBuffer] { [ByteBuffer(repeating: 0x61, count: count)] }

    @Test func filesShareTheMemory() async throws {
        try await with { staged in
            let first = scanner(of: staged)
            let second = scanner(of: staged)
            withExtendedLifetime((first, second)) {
                first.passing(bytes(500), at: 500, count: 500)
                #expect(budget.count == 500)
                first.passing(bytes(400), at: 2_000, count: 400)
                #expect(budget.count == 500, "more than one file may have")
                second.passing(bytes(501), at: 1_000, count: 501)
                #expect(budget.count == 500, "more than there is room for")
                second.passing(bytes(500), at: 1_000, count: 500)
                #expect(budget.count == 1_000)
            }
        }
    }

    @Test func whatAnotherPieceReplacesIsGivenBack() async throws {
        try await with { staged in
            let scanner = scanner(of: staged)
            withExtendedLifetime(scanner) {
                scanner.passing(bytes(100), at: 500, count: 100)
                scanner.passing(bytes(300), at: 500, count: 300)
                #expect(budget.count == 300)
            }
        }
    }

    @Test func aNewBeginningGivesAllBack() async throws {
        try await with { staged in
            let scanner = scanner(of: staged)
            withExtendedLifetime(scanner) {
                scanner.passing(bytes(500), at: 500, count: 500)
                scanner.startOver()
                #expect(budget.count == 0)
            }
        }
    }

    /// The first bytes are on the disk, the next in memory; a piece that begins within those is read back.
    @Test func aScanGivesBackWhatItTakes() async throws {
        try await with { staged in
            try staged.write(bytes(600), at: 0)
            let scanner = scanner(of: staged)
            scanner.passing(bytes(200), at: 200, count: 200)
            scanner.passing(bytes(300), at: 300, count: 300)
            await withDiscardingTaskGroup { group in
                group.addTask { await scanner.run(onDamage: {}, onFailure: { _ in }) }
                scanner.wrote(0..<600)
                let check = await scanner.finish(total: 600)
                #expect(check?.count == 600)
                group.cancelAll()
            }
            withExtendedLifetime(scanner) { #expect(budget.count == 0) }
        }
    }

    private final class Flag: Sendable {
        let isRaised = Mutex(false)
    }

    /// Whether the bytes after 800 wait for the scan until `end` does something about it, 50 ms later.
    private func waits(_ scanner: ContentScanner, until end: (inout TaskGroup<Void>) -> Void) async -> Bool {
        let through = Flag()
        return await withTaskGroup(of: Void.self) { group in
            group.addTask {
                await scanner.follow(at: 800, count: 100)
                through.isRaised.withLock { $0 = true }
            }
            try? await Task.sleep(for: .milliseconds(50))
            let waited = through.isRaised.withLock { !$0 }
            end(&group)
            await group.waitForAll()
            return waited
        }
    }

    /// Bytes that come in order wait for the scan rather than be read back.
    @Test func whoComesInOrderWaitsForTheScan() async throws {
        try await with { staged in
            let scanner = scanner(of: staged)
            await withDiscardingTaskGroup { group in
                await scanner.follow(at: 0, count: 400)
                scanner.passing(bytes(400), at: 0, count: 400)
                await scanner.follow(at: 400, count: 400)
                scanner.passing(bytes(400), at: 400, count: 400)
                let waited = await waits(scanner) { _ in
                    group.addTask { await scanner.run(onDamage: {}, onFailure: { _ in }) }
                }
                #expect(waited, "nothing was taken yet")
                scanner.passing(bytes(100), at: 800, count: 100)
                #expect(await scanner.finish(total: 900)?.count == 900, "none was read back: none is on the disk")
                group.cancelAll()
            }
            withExtendedLifetime(scanner) { #expect(budget.count == 0) }
        }
    }

    /// The next bytes of all do not wait for those behind them, which wait for them.
    @Test func whoIsNextDoesNotWait() async throws {
        try await with { staged in
            let scanner = scanner(of: staged)
            scanner.passing(bytes(800), at: 100, count: 800)
            await scanner.follow(at: 0, count: 100)
            await scanner.follow(at: 2_000, count: 100)
            withExtendedLifetime(scanner) { #expect(budget.count == 800) }
        }
    }

    @Test func whoIsCancelledWaitsNoMore() async throws {
        try await with { staged in
            let scanner = scanner(of: staged)
            scanner.passing(bytes(800), at: 0, count: 800)
            for ends in ["cancelled", "begun anew"] {
                let waited = await waits(scanner) { group in
                    if ends == "cancelled" { group.cancelAll() } else { scanner.startOver() }
                }
                #expect(waited, "\(ends)")
            }
        }
    }

    @Test func anEndGivesAllBack() async throws {
        try await with { staged in
            do {
                let scanner = scanner(of: staged)
                scanner.passing(bytes(500), at: 500, count: 500)
                withExtendedLifetime(scanner) { #expect(budget.count == 500) }
            }
            #expect(budget.count == 0)
        }
    }
}
