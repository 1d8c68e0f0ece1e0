import ArgumentParser
import UnixSignals
import WherryCore
import WherryTransfer

/// One line on a terminal: how much came out of a sink so far.
final class RestoreProgress: TransferObserver {
    private let board = FetchBoard()
    private let isShown: Bool

    /// - Parameter isWanted: whether anybody wants to see it, if there is a terminal.
    init(isWanted: Bool) { isShown = isWanted && Terminal.error.isInteractive }

    func received(_ bytes: Int64, of label: String, total: Int64?) { board.received(bytes, total: total) }

    func attempted(_ attempt: TransferAttempt) async {}

    /// One of the things is done.
    func ended() { board.ended() }

    /// Runs `body` and draws meanwhile.
    ///
    /// - Parameter count: of how many files or copies.
    func showing<Value: Sendable>(
        _ count: Int,
        _ body: @escaping @Sendable () async throws -> Value
    ) async throws -> Value {
        guard isShown else { return try await body() }
        return try await Redrawing.during(body, every: .milliseconds(200)) { [board] in
            board.draw(of: count)
        } clear: {
            board.clear()
        }
    }
}

extension Interruptible {
    /// Runs `body`, which a signal stops cleanly; the command then ends with the signal's exit status.
    static func orExit<Value: Sendable>(_ body: @escaping @Sendable () async throws -> Value) async throws -> Value {
        let (end, signal) = try await run { () -> Result<Value, any Error> in
            do {
                return .success(try await body())
            } catch {
                return .failure(error)
            }
        }
        if case .failure = end, let signal { throw ExitCode(signal.exitCode) }
        return try end.get()
    }
}
