import Logging
import WherryCatalog
import WherryCore
import WherryEngine

/// Tells the log how a run goes: its deliveries and failures, no bytes.
struct RunLog: RunObserver {
    private let logger: Logger
    private let start: Logger.Metadata

    /// - Parameter start: what to say when it starts.
    init(_ logger: Logger, start: Logger.Metadata) {
        self.logger = logger
        self.start = start
    }

    func observe(_ event: RunEvent) {
        switch event {
        case .recovered(let runs):
            logger.notice("an earlier run ended without notice", metadata: ["runs": "\(runs)"])
        case .planned(let plan):
            let words: Logger.Metadata = ["deliveries": "\(plan.deliveries)"]
            logger.info("job starts", metadata: start.merging(words) { $1 })
        case .started, .received, .adopted: break
        case .delivered(let key, let sink, let receipt):
            var words: Logger.Metadata = ["backup": "\(key)", "sink": "\(sink)"]
            if receipt.outcome == .delivered {
                words["bytes"] = "\(receipt.artifacts.reduce(Int64(0)) { $0 + ($1.size?.bytes ?? 0) })"
            }
            logger.info("\(receipt.outcome.rawValue)", metadata: words)
        case .failed(let key, let sink, let failure):
            let words: Logger.Metadata = ["backup": "\(key)", "sink": "\(sink)"]
            logger.warning("delivery failed", metadata: words.merging(failure.words) { $1 })
        case .removed(let key, let sink):
            logger.info("old copy removed", metadata: ["backup": "\(key)", "sink": "\(sink)"])
        case .abandoned(let what, let failure):
            let words: Logger.Metadata = ["what": "\(what)"]
            logger.error("given up", metadata: words.merging(failure.words) { $1 })
        }
    }

    /// The last line.
    func finish(_ report: RunReport) {
        let totals = report.totals
        logger.log(
            level: report.state == .succeeded || report.state == .cancelled ? .info : .error,
            "run ended",
            metadata: [
                "run": "\(report.run)", "state": "\(report.state.rawValue)", "delivered": "\(totals.delivered)",
                "emitted": "\(totals.emitted)", "failed": "\(totals.failed)", "bytes": "\(totals.bytes)",
                "removed": "\(report.removed)",
                "seconds": "\((report.duration.fractionalSeconds * 10).rounded() / 10)",
            ]
        )
    }
}

extension Failure {
    /// Code, message and remedy, for the log.
    var words: Logger.Metadata {
        var words: Logger.Metadata = ["error.code": "\(code)", "error": "\(message)"]
        if let remedy { words["help"] = "\(remedy)" }
        return words
    }
}
