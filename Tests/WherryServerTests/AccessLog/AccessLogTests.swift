import Foundation
import Logging
import Synchronization
import Testing
import WherryCore
import WherryTestSupport

@testable import WherryServer

@Suite(.timeLimit(.minutes(1)))
struct AccessLogTests {
    private let told = Told()

    private func log(_ path: String, interval: Duration = .seconds(3_600)) throws -> AccessLog {
        let told = told
        return try AccessLog(
            path: path,
            interval: interval,
            logger: Logger(label: "test") { _ in TellingHandler(told: told) },
            milliseconds: { 1_000 }
        )
    }

    private func lines(_ path: String) -> [Substring] {
        String(decoding: FileManager.default.contents(atPath: path) ?? Data(), as: UTF8.self).split(separator: "\n")
    }

    private func record(_ id: String) -> AccessRecord {
        var record = AccessLineTests.record
        record.requestID = id
        return record
    }

    @Test func keepsWhatIsThereAndIsForItsOwnerOnly() async throws {
        try await Scratch.with { scratch in
            let path = scratch.file("access.log")
            try log(path).add(record("lost"))
            for id in ["first", "second"] {
                let log = try log(path)
                log.add(record(id))
                log.finish()
            }
            #expect(lines(path).count == 2)
            #expect(lines(path).last?.contains(#""request_id":"second""#) == true)
            let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
            #expect(mode == 0o600)
        }
    }

    @Test func goesOnInANewFileAfterARename() async throws {
        try await Scratch.with { scratch in
            let path = scratch.file("access.log")
            let log = try log(path)
            log.add(record("before"))
            try FileManager.default.moveItem(atPath: path, toPath: path + ".1")
            log.add(record("between"))
            try await log.reopen()
            log.add(record("after"))
            log.flush()
            #expect(lines(path + ".1").count == 2)
            #expect(lines(path).map { $0.contains("\"after\"") } == [true])
        }
    }

    @Test func keepsTheOldFileWhenThereCanBeNoNewOne() async throws {
        try await Scratch.with { scratch in
            let folder = scratch.sub("logs")
            let log = try log(folder.file("access.log"))
            try FileManager.default.moveItem(atPath: folder.path, toPath: scratch.file("old"))
            await #expect(throws: Failure.self) { try await log.reopen() }
            log.add(record("after"))
            log.flush()
            #expect(lines(scratch.file("old/access.log")).count == 1)
        }
    }

    @Test func refusesAPathThatCannotBe() {
        let failure = #expect(throws: Failure.self) { try log("/nonexistent/access.log") }
        #expect(failure?.code == "serve.access-log")
        #expect(failure?.failureClass == .configuration)
    }

    #if os(Linux)
        @Test func aFullDiskDropsLinesAndIsToldOnce() async throws {
            let log = try log("/dev/full")
            for _ in 0..<3 {
                for number in 0..<10 { log.add(record("\(number)")) }
                log.flush()
            }
            #expect(log.dropped == 30)
            #expect(told.all == ["the access log cannot be written, lines are dropped"])
            try await log.reopen()
            log.add(record("more"))
            log.finish()
            #expect(log.dropped == 31)
            #expect(told.all.count == 3)
            #expect(told.all.last == "lines of the access log were dropped")
        }
    #endif

    @Test func writesByItself() async throws {
        try await Scratch.with { scratch in
            let path = scratch.file("access.log")
            let log = try log(path, interval: .milliseconds(20))
            try await withThrowingTaskGroup(of: Void.self) { tasks in
                tasks.addTask { try await log.run() }
                log.add(record("one"))
                try await waitFor { lines(path).count == 1 }
                tasks.cancelAll()
            }
        }
    }

    @Test func writesAtOnceWhenMuchIsThere() async throws {
        try await Scratch.with { scratch in
            let path = scratch.file("access.log")
            let log = try log(path)
            try await withThrowingTaskGroup(of: Void.self) { tasks in
                tasks.addTask { try await log.run() }
                for number in 0..<400 { log.add(record("\(number)")) }
                try await waitFor { lines(path).count > 100 }
                tasks.cancelAll()
            }
            log.finish()
            #expect(lines(path).count == 400)
            #expect(log.dropped == 0)
        }
    }

    @Test func doesNotKeepMoreThanItMay() async throws {
        try await Scratch.with { scratch in
            let path = scratch.file("access.log")
            let log = try log(path)
            let count = 20_000
            for _ in 0..<count { log.add(record("x")) }
            #expect(log.dropped > 0)
            log.finish()
            #expect(lines(path).count + log.dropped == count)
        }
    }

    @Test func linesOfManyThreadsStayWhole() async throws {
        try await Scratch.with { scratch in
            let path = scratch.file("access.log")
            let log = try log(path, interval: .milliseconds(1))
            await withTaskGroup(of: Void.self) { tasks in
                for _ in 0..<8 {
                    tasks.addTask {
                        for number in 0..<500 {
                            log.add(record("\(number)"))
                            if number % 50 == 0 { log.flush() }
                        }
                    }
                }
            }
            log.finish()
            #expect(lines(path).count == 4_000)
            #expect(lines(path).allSatisfy { $0.hasPrefix("{\"time\":") && $0.hasSuffix("}") })
        }
    }

    private func waitFor(_ condition: () -> Bool) async throws {
        for _ in 0..<500 where !condition() { try await Task.sleep(for: .milliseconds(20)) }
        #expect(condition())
    }
}

/// What was logged.
private final class Told: Sendable {
    private let messages = Mutex<[String]>([])

    var all: [String] { messages.withLock { $0 } }

    func add(_ message: String) { messages.withLock { $0.append(message) } }
}

private struct TellingHandler: LogHandler {
    let told: Told
    var logLevel = Logger.Level.trace
    var metadata: Logger.Metadata = [:]

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) { told.add("\(event.message)") }
}
