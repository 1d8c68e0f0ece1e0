import Foundation
import Synchronization

/// A child process with a deadline.
struct Child {
    /// Runs a program without input or output; nil when it had to be killed.
    ///
    /// - Throws: the error of the start.
    static func run(
        _ program: String,
        _ arguments: [String],
        until deadline: ContinuousClock.Instant
    ) async throws -> Int32? {
        let process = Process()
        process.executableURL = URL(filePath: program)
        process.arguments = arguments
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        let (ends, end) = AsyncStream.makeStream(of: Void.self)
        process.terminationHandler = { _ in end.finish() }
        try process.run()
        let identifier = process.processIdentifier
        let isLate = await withTaskGroup(of: Bool.self) { group in
            group.addTask {
                for await _ in ends {}
                return false
            }
            group.addTask {
                do {
                    try await ContinuousClock().sleep(until: deadline)
                } catch {
                    return false
                }
                kill(identifier, SIGKILL)
                return true
            }
            let first = await group.next() ?? false
            group.cancelAll()
            return first
        }
        process.waitUntilExit()
        guard !isLate else { return nil }
        return process.terminationReason == .exit ? process.terminationStatus : -process.terminationStatus
    }
}
