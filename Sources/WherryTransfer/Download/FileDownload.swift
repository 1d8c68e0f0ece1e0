import SystemPackage
import WherryCore
import WherryPluginKit

/// One file on its way to a disk: staged, gone on with where an earlier process left it, verified, published.
struct FileDownload: Sendable {
    let file: ResolvedFile
    let driver: TransferDriver
    let disk: Disk
    let publisher: Publisher
    /// Told of every byte that is written, for those who read it from there; nil where nobody does.
    let copy: SharedCopy?
    /// Called when all bytes are there and verified: what is left is the disk's work.
    let onVerified: @Sendable () -> Void
    let random: @Sendable () -> UInt64

    /// Fetches the file: staged, verified, durable under its final name.
    ///
    /// A `.part` that another process, or an earlier try, left with a journal is gone on with. What fails for a reason
    /// that may pass leaves one.
    func fetch(to destination: FilePath) async throws -> FetchedFile {
        let (staged, journal, left) = try await disk.threads.run { [file, disk, copy] in
            let staged = try StagedFile(for: destination, disk: disk)
            let journal = JournalFile(beside: staged.part.string, disk: disk)
            do {
                let left = try Leftover.claim(of: file, in: staged, journal)
                try copy?.opened(staged.part.string, on: disk.threads)
                return (staged, journal, left)
            } catch {
                staged.discard()
                throw error
            }
        }
        let output = StagedOutput(
            of: file,
            in: staged,
            journal,
            left: left,
            copy: copy,
            scanBudget: driver.exchanger.connections.scanBudget,
            settings: driver.settings
        )
        do {
            let fetched = try await driver.run(machine(left), into: output)
            try Task.checkCancellation()
            copy?.verified(fetched)
            onVerified()
            try await publisher.publish(staged, size: fetched.size.bytes)
            if left.journal != nil || output.isJournaled { journal.remove() }
            return fetched
        } catch {
            let failure = Failure.wrap(error, during: "fetching \(file.file.name)")
            if output.isJournaled, Self.mayPass(failure) {
                staged.leave()
            } else {
                staged.discard()
                journal.remove()
            }
            throw error
        }
    }

    /// Whether the same transfer may succeed later.
    private static func mayPass(_ failure: Failure) -> Bool {
        switch failure.failureClass {
        case .transient, .exhausted, .cancelled, .authentication, .configuration, .internal, .conflict: true
        case .corrupt, .notFound, .usage, .unsupported: false
        }
    }

    private func machine(_ left: Leftover) -> TransferMachine {
        if !left.done.isEmpty {
            driver.exchanger.observer.adopted(left.done.count, of: file.label, total: left.journal?.identity.size)
        }
        return TransferMachine(
            settings: driver.settings,
            expectedSize: file.file.size?.bytes,
            names: TransferNames(file: file.file.name),
            done: left.done,
            pinned: left.journal?.identity,
            random: random
        )
    }
}
