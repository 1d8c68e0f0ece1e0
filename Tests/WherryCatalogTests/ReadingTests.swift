import Foundation
import Synchronization
import Testing
import WherryCatalog
import WherryCore

/// Reads of every kind at the same time.
struct ReadingTests {
    /// As many threads as there are cores serve all tasks: a look-up that waits on one of them for a connection must not
    /// wait for a task that needs the same thread to give it back.
    @Test func lookUpsAndReadsThatComeTogetherAllEnd() async throws {
        let watchdog = Watchdog(seconds: 100)
        try await withCatalog { catalog in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for number in 0..<400 {
                    group.addTask {
                        let read = {
                            _ = try await catalog.backups(of: Instance.ID(rawValue: "i"), in: SourceName(rawValue: "s"))
                        }
                        if number % 2 == 0 { try await read() }
                        #expect(catalog.isReadable)
                        if number % 2 == 1 { try await read() }
                    }
                }
                try await group.waitForAll()
            }
        }
        watchdog.rest()
    }
}

/// Ends the program when nobody stops it: no task could, when all threads for tasks wait.
private final class Watchdog: Sendable {
    private let isOver = Mutex(false)

    init(seconds: Double) {
        Thread.detachNewThread { [self] in
            Thread.sleep(forTimeInterval: seconds)
            if !isOver.withLock({ $0 }) { fatalError("tasks wait for one another on the threads that they need") }
        }
    }

    func rest() { isOver.withLock { $0 = true } }
}
