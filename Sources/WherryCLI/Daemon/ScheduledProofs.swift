import Logging
import WherryCatalog
import WherryCore
import WherryEngine
import WherryRestore

/// What `daemon.prove` asks for: the newest copies are proven to restore, again and again.
struct ScheduledProofs: Sendable {
    /// What it is called beside jobs; no job can have that name.
    static let name: JobName = "daemon:prove"

    let composition: Composition
    let logger: Logger

    /// As a job of the scheduler; what failed once will fail again, and takes long.
    static func job(_ schedule: JobSchedule) -> ScheduledJob {
        ScheduledJob(name: name, schedule: schedule, retries: 0)
    }

    /// Proves the newest copy of each instance in each sink that can be read back without a key.
    ///
    /// - Returns: whether none of them failed.
    func run() async throws -> Bool {
        let found = try await CopyChoice().copies(composition).filter { composition.canRead($0.sink) }
        let newest = ProofRun.newest(of: found)
        // The key that decrypts has no place here.
        let readable = newest.filter { !$0.isEncrypted }
        logger.info(
            "proving",
            metadata: ["copies": "\(readable.count)", "encrypted": "\(newest.count - readable.count)"]
        )
        guard !readable.isEmpty else { return true }
        let server = try await ServerProgram.find(nil)
        let run = ProofRun(composition: composition, server: server, person: BackupTasks.scheduler)
        let report = try await run.run(readable) { [logger] copy, proof in
            let words: Logger.Metadata = ["backup": "\(copy.key)", "sink": "\(copy.sink)"]
            if let failure = proof.failure {
                logger.error("copy is not proven", metadata: words.merging(failure.words) { $1 })
            } else {
                logger.info("copy is proven", metadata: words.merging(["keys": "\(proof.keysLoaded ?? 0)"]) { $1 })
            }
        }
        return !report.hasFailed
    }
}

extension StoredCopy {
    /// Whether it takes a key to read it.
    fileprivate var isEncrypted: Bool {
        receipt.artifacts.contains { $0.stored?.stages.contains { $0.hasPrefix("age") } ?? false }
    }
}
