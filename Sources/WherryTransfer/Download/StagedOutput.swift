import NIOCore
import Synchronization
import WherryCore
import WherryPluginKit

/// Output to a staged file: bytes in any order, digest and scan behind them, a journal beside them.
final class StagedOutput: TransferOutput {
    private let file: ResolvedFile
    private let staged: StagedFile
    private let journal: JournalFile
    private let scanner: ContentScanner
    private let gate = WriteGate()
    private let isPreallocated = Mutex(false)
    private let hasJournal: Mutex<Bool>
    private let copy: SharedCopy?
    private let firstBlock: Int64

    let adopted: Int64
    var isEager: Bool { true }

    /// - Parameters:
    ///   - left: what an earlier process left of the file.
    ///   - copy: told of every byte that is written; nil where nobody reads it meanwhile.
    ///   - scanBudget: room for bytes that wait for the scan, shared with other files.
    ///   - settings: a file that is not larger than the first block is not worth a preallocation.
    init(
        of file: ResolvedFile,
        in staged: StagedFile,
        _ journal: JournalFile,
        left: Leftover,
        copy: SharedCopy?,
        scanBudget: MemoryBudget,
        settings: TransferSettings
    ) {
        self.file = file
        self.staged = staged
        self.journal = journal
        self.copy = copy
        firstBlock = settings.firstBlock
        scanner = ContentScanner(of: staged, copy: copy, memoryLimit: settings.scanMemory, budget: scanBudget)
        adopted = left.done.count
        hasJournal = Mutex(!left.done.isEmpty)
        if !left.done.isEmpty {
            if left.journal?.identity.crc64 != nil { scanner.expectCRC64() }
            let proof = left.journal.flatMap { note in note.digest.map { (count: note.prefix, digest: $0) } }
            scanner.adopt(left.done, proof: proof)
            for range in left.done.ranges { copy?.wrote(range) }
        }
    }

    /// Whether a journal of this transfer lies beside the file.
    var isJournaled: Bool { hasJournal.withLock { $0 } }

    func work(event: @escaping @Sendable (TransferMachine.Event) -> Void) async {
        await scanner.run(onDamage: { event(.damaged) }, onFailure: { event(.diskFailed($0)) })
    }

    func begin(size: Int64?, declaresCRC64: Bool) async throws {
        if declaresCRC64 { scanner.expectCRC64() }
        guard let size, size > firstBlock else { return }
        let isFirst = isPreallocated.withLock { isDone in
            defer { isDone = true }
            return !isDone
        }
        if isFirst { try await onDisk { [staged] in try staged.preallocate(size) } }
    }

    func writer(isLarge: Bool) -> Write {
        let epoch = gate.epoch
        return { [self] buffers, offset, count in
            try await gate.write(in: epoch) {
                await scanner.follow(at: offset, count: count)
                scanner.passing(buffers, at: offset, count: count)
                try await onDisk { [staged] in
                    try staged.write(buffers, at: offset)
                    // The disk works while the network does, so that little is left for the fsync.
                    if isLarge { staged.beginWriteback(offset..<offset + Int64(count)) }
                }
                scanner.wrote(offset..<offset + Int64(count))
                copy?.wrote(offset..<offset + Int64(count))
            }
        }
    }

    /// Runs a step that waits for the disk; those who read the copy know of it.
    private func onDisk(_ body: @escaping @Sendable () throws -> Void) async throws {
        try await copy.step(on: staged.disk.threads, body)
    }

    func startOver() async throws {
        await gate.beginAnew()
        copy?.startedOver()
        scanner.startOver()
        journal.remove()
        hasJournal.withLock { $0 = false }
        try await onDisk { [staged] in try staged.startOver() }
    }

    func keepNote(of machine: TransferMachine) async throws {
        guard let identity = machine.pinned else { return }
        var note = TransferJournal(
            object: file.label,
            identity: identity,
            done: machine.plan.done,
            boot: JournalFile.boot
        )
        if let proof = scanner.prefix(upTo: machine.plan.done.prefix) {
            (note.prefix, note.digest) = (proof.count, proof.digest)
        }
        let entry = note
        // A transfer goes on without its journal: all that is lost is the head start of the next.
        do {
            try await onDisk { [journal] in try journal.write(entry) }
            hasJournal.withLock { $0 = true }
        } catch is Failure {}
    }

    func takeUp() async throws { try await scanner.takeUp() }

    func verdict(on machine: TransferMachine) async throws -> FetchedFile? {
        let size = machine.plan.size ?? 0
        guard let check = await scanner.finish(total: size) else { return nil }
        return try check.finish(
            as: file.file,
            crc64: machine.pinned?.crc64,
            lengthIsProven: machine.lengthIsProven
        )
    }
}
