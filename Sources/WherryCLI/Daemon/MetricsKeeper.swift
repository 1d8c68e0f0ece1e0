import Logging
import Synchronization
import WherryCatalog
import WherryCore
import WherryPluginKit

/// Writes the metrics of a catalog to a file, again and again.
final class MetricsKeeper: Sendable {
    private let catalog: String
    private let logger: Logger
    private let path = Mutex<String?>(nil)
    private let bell = Bell()

    init(catalog: String, logger: Logger) {
        self.catalog = catalog
        self.logger = logger
    }

    /// Writes to that file from now on; nil for none.
    func write(to file: String?) {
        path.withLock { $0 = file }
        refresh()
    }

    /// Writes them soon, as there is something new.
    func refresh() { bell.ring() }

    /// Writes them every minute, until the task is cancelled.
    func keep() async {
        while !Task.isCancelled {
            if let file = path.withLock({ $0 }) { write(file) }
            await bell.sleep(for: .seconds(60))
        }
    }

    private func write(_ file: String) {
        do {
            // Whoever reads it is another user; it holds no secret.
            try AtomicFile.write(Array(try Metrics.text(of: ReadOnlySQL(path: catalog)).utf8), to: file, mode: 0o644)
        } catch {
            let failure = Failure.wrap(error, during: "writing metrics")
            logger.error("metrics could not be written", metadata: failure.words)
        }
    }
}
