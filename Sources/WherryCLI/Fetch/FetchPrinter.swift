import Synchronization
import SystemPackage
import WherryCatalog
import WherryCore
import WherryPluginKit
import WherryTransfer

/// Shows how `wherry fetch` goes.
final class FetchPrinter: TransferObserver {
    private let json: Bool
    private let quiet: Bool
    private let isOne: Bool
    private let board = FetchBoard()
    private let tally = Mutex(Tally())

    private struct Tally {
        var files = 0
        var bytes: Int64 = 0
        var failed = 0
        var began = ContinuousClock.now
    }

    init(json: Bool, quiet: Bool, isOne: Bool) {
        (self.json, self.quiet, self.isOne) = (json, quiet, isOne)
    }

    func received(_ bytes: Int64, of label: String, total: Int64?) { board.received(bytes, total: total) }

    func adopted(_ bytes: Int64, of label: String, total: Int64?) { board.adopted(bytes, total: total) }

    func attempted(_ attempt: TransferAttempt) async {}

    func fetched(_ order: FetchOrder, _ fetched: FetchedFile) {
        tally.withLock { tally in
            tally.files += 1
            tally.bytes += fetched.size.bytes
        }
        board.ended()
        guard !quiet else { return }
        let path = order.destination.string
        if json {
            var members: [(String, ResultTable.Cell)] = [
                ("file", .text(path)), ("size_bytes", .integer(fetched.size.bytes)),
                ("sha256", .text(fetched.sha256.hex)), ("grade", .text(fetched.grade.rawValue)),
            ]
            if let rdb = fetched.rdb { members.append(("rdb_format", .text(rdb.format))) }
            board.interrupted { Terminal.output.line(JSONText.object(members)) }
        } else if isOne {
            board.interrupted { Terminal.output.line("\(fetched.sha256)  \(path)") }
        }
    }

    func failed(_ order: FetchOrder, _ failure: Failure) {
        tally.withLock { $0.failed += 1 }
        board.ended()
        board.interrupted { Terminal.error.write(ErrorReport.text(failure, asJSON: json)) }
    }

    func finish() {
        guard !quiet, !json, !isOne else { return }
        let tally = tally.withLock { $0 }
        let seconds = (ContinuousClock.now - tally.began).fractionalSeconds
        let failed = tally.failed > 0 ? ", \(tally.failed) failed" : ""
        let tenths = Int(seconds * 10)
        Terminal.output.line(
            "\(tally.files) files, \(ByteCount(tally.bytes)) in \(tenths / 10).\(tenths % 10) s\(failed)"
        )
    }

    /// Runs `body`, with a bar on a terminal.
    func showingProgress<Value: Sendable>(
        _ count: Int,
        _ body: @escaping @Sendable () async throws -> Value
    ) async throws -> Value {
        guard !quiet, !json, Terminal.error.isInteractive else { return try await body() }
        return try await Redrawing.during(body, every: .milliseconds(200)) { [board] in
            board.draw(of: count)
        } clear: {
            board.clear()
        }
    }
}
