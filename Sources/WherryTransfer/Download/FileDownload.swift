import AsyncHTTPClient
import NIOCore
import NIOPosix
import Synchronization
import SystemPackage
import WherryCore
import WherryPluginKit

/// One file on its way to a disk: carries out what ``TransferMachine`` decides.
struct FileDownload: Sendable {
    let file: ResolvedFile
    let exchanger: Exchanger
    let settings: TransferSettings
    let disk: Disk
    let publisher: Publisher
    let clock: any WallClock
    let random: @Sendable () -> UInt64

    /// Fetches the file: staged, verified, durable under its final name.
    ///
    /// A `.part` that another process, or an earlier try, left with a journal is gone on with. What fails for a reason
    /// that may pass leaves one.
    func fetch(to destination: FilePath) async throws -> FetchedFile {
        let staged = try await onThread { [disk] in try StagedFile(for: destination, disk: disk) }
        let journal = JournalFile(beside: staged.part.string, disk: disk)
        let left = await leftover(staged, journal)
        do {
            let fetched = try await transfer(into: staged, journal, left)
            try Task.checkCancellation()
            try await publisher.publish(staged)
            if left.mayExist { journal.remove() }
            return fetched
        } catch {
            let failure = Failure.wrap(error, during: "fetching \(file.file.name)")
            let isResumable = left.wasWritten.withLock { $0 } && Self.mayPass(failure)
            if isResumable {
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

    // MARK: - What was here before

    /// What an earlier process left of the file.
    private final class Leftover: Sendable {
        let journal: TransferJournal?
        let done: ByteRanges
        /// Whether there is a journal to remove in the end.
        var mayExist: Bool { journal != nil || wasWritten.withLock { $0 } }
        let wasWritten: Mutex<Bool>

        init(_ journal: TransferJournal?, _ done: ByteRanges) {
            (self.journal, self.done) = (journal, done)
            wasWritten = Mutex(!done.isEmpty)
        }
    }

    private func leftover(_ staged: StagedFile, _ journal: JournalFile) async -> Leftover {
        let note = try? await onThread { journal.read() }
        guard let note, note.object == file.label else { return Leftover(nil, ByteRanges()) }
        if let size = file.file.size, size.bytes != note.identity.size { return Leftover(note, ByteRanges()) }
        let done = note.trusted(on: JournalFile.boot)
        // Somebody may have removed or replaced the file that the note is about.
        let isThere = (done.ranges.last?.upperBound ?? 0) <= staged.size
        return Leftover(note, isThere ? done : ByteRanges())
    }

    // MARK: - The transfer

    private func transfer(
        into staged: StagedFile,
        _ journal: JournalFile,
        _ left: Leftover
    ) async throws -> FetchedFile {
        let scanner = ContentScanner(of: staged)
        if left.done.isEmpty {
            // The old note goes first: it must never be found beside new bytes.
            try await onThread {
                journal.remove()
                try staged.startOver()
            }
        } else {
            if left.journal?.identity.crc64 != nil { scanner.expectCRC64() }
            let proof = left.journal.flatMap { note in note.digest.map { (count: note.prefix, digest: $0) } }
            scanner.adopt(left.done, proof: proof)
            exchanger.observer.received(left.done.count, of: file.label, total: left.journal?.identity.size)
        }
        let machine = TransferMachine(
            settings: settings,
            expectedSize: file.file.size?.bytes,
            names: TransferNames(file: file.file.name),
            done: left.done,
            pinned: left.journal?.identity,
            random: random
        )
        return try await drive(machine, Output(staged: staged, scanner: scanner, journal: journal, left: left))
    }

    /// Where the bytes go.
    private struct Output: Sendable {
        let staged: StagedFile
        let scanner: ContentScanner
        let journal: JournalFile
        let left: Leftover
        let gate = WriteGate()
    }

    private func drive(_ machine: TransferMachine, _ output: Output) async throws -> FetchedFile {
        let (events, feed) = AsyncStream<TransferMachine.Event>.makeStream()
        return try await withThrowingDiscardingTaskGroup(returning: FetchedFile.self) { group in
            group.addTask {
                await output.scanner.run(
                    onDamage: { feed.yield(.damaged) },
                    onFailure: { feed.yield(.diskFailed($0)) }
                )
            }
            defer { group.cancelAll() }
            let began = ContinuousClock.now
            var machine = machine
            var state = DriveState(book: URLBook(of: file, clock: clock), received: output.left.done.count)
            var actions = machine.start()
            var iterator = events.makeAsyncIterator()
            while true {
                for action in actions {
                    try await perform(action, machine, &state, output, &group, feed, began)
                }
                if machine.phase == .over, let fetched = state.fetched.value { return fetched }
                guard let event = await iterator.next(), !Task.isCancelled else { throw CancellationError() }
                note(event, machine, &state)
                actions = machine.handle(event, at: ContinuousClock.now - began)
                if let id = event.lastOfExchange, machine.exchanges[id] == nil { state.controls[id] = nil }
            }
        }
    }

    /// The verdict on the whole, once it is there.
    private final class FetchedBox: Sendable {
        private let file = Mutex<FetchedFile?>(nil)

        var value: FetchedFile? {
            get { file.withLock { $0 } }
            set { file.withLock { $0 = newValue } }
        }
    }

    /// What the driver keeps between actions.
    private struct DriveState {
        let book: URLBook
        let fetched = FetchedBox()
        var controls: [ExchangeID: ExchangeControl] = [:]
        var isPreallocated = false
        /// What the observer was told of.
        var received: Int64 = 0
    }

    private func note(_ event: TransferMachine.Event, _ machine: TransferMachine, _ state: inout DriveState) {
        guard case .wrote(let id, let range) = event, machine.exchanges[id] != nil else { return }
        let count = range.upperBound - range.lowerBound
        state.received += count
        exchanger.observer.received(count, of: file.label, total: machine.plan.size)
    }

    private func perform(
        _ action: TransferMachine.Action,
        _ machine: TransferMachine,
        _ state: inout DriveState,
        _ output: Output,
        _ group: inout ThrowingDiscardingTaskGroup<any Error>,
        _ feed: AsyncStream<TransferMachine.Event>.Continuation,
        _ began: ContinuousClock.Instant
    ) async throws {
        switch action {
        case .obtain(let wish):
            group.addTask { [book = state.book] in feed.yield(await book.obtain(wish)) }
        case .ask(let ask):
            let control = ExchangeControl()
            let isOnly = machine.exchanges.count == 1
            state.controls[ask.id] = control
            let url = state.book[ask.generation]
            group.addTask { await exchanger.ask(ask, url, file, control, isOnly: isOnly) { feed.yield($0) } }
        case .receive(let id, let body, let end):
            if !state.isPreallocated, let size = machine.plan.size, size > settings.firstBlock {
                state.isPreallocated = true
                do {
                    try await onThread { try output.staged.preallocate(size) }
                } catch let failure as Failure {
                    feed.yield(.diskFailed(failure))
                    return
                }
            }
            guard let control = state.controls[id] else { return }
            if machine.pinned?.crc64 != nil { output.scanner.expectCRC64() }
            control.end = end
            let limit = batchLimit(machine)
            let names = machine.names
            let isLarge = (machine.plan.size ?? 0) > settings.firstBlock
            let gate = output.gate
            let epoch = gate.epoch
            group.addTask {
                await exchanger.receive(id, body, of: names, batch: limit, control) { buffers, offset, count in
                    try await gate.write(in: epoch) {
                        output.scanner.passing(buffers, at: offset, count: count)
                        try await onThread {
                            try output.staged.write(buffers, at: offset)
                            // The disk works while the network does, so that little is left for the fsync.
                            if isLarge { output.staged.beginWriteback(offset..<offset + Int64(count)) }
                        }
                        output.scanner.wrote(offset..<offset + Int64(count))
                    }
                } event: {
                    feed.yield($0)
                }
            }
        case .stop(let id, let end): state.controls[id]?.end = end
        case .readPage(let id):
            guard let control = state.controls[id] else { return }
            group.addTask { await exchanger.readPage(id, control) { feed.yield($0) } }
        case .drop(let id): state.controls.removeValue(forKey: id)?.drop()
        case .startOver:
            exchanger.observer.received(-state.received, of: file.label, total: nil)
            state.received = 0
            await output.gate.beginAnew()
            output.scanner.startOver()
            output.journal.remove()
            output.left.wasWritten.withLock { $0 = false }
            try await onThread { try output.staged.startOver() }
        case .journal: try await keepNote(machine, output)
        case .wake(let time):
            group.addTask {
                try? await Task.sleep(until: began + time, clock: .continuous)
                feed.yield(.tick)
            }
        case .verify:
            // Beside the loop: until it is over, what an earlier process left may turn out damaged.
            let box = state.fetched
            group.addTask {
                do {
                    guard let fetched = try await verify(machine, output) else { return }
                    box.value = fetched
                    feed.yield(.verified)
                } catch {
                    feed.yield(.notVerified(Failure.wrap(error, during: "verifying \(file.file.name)")))
                }
            }
        case .fail(let failure): throw failure
        }
    }

    /// Judges the whole; nil when that was called off.
    private func verify(_ machine: TransferMachine, _ output: Output) async throws -> FetchedFile? {
        let size = machine.plan.size ?? 0
        guard let check = await output.scanner.finish(total: size) else { return nil }
        try await onThread { try output.staged.truncate(to: size) }
        return try check.finish(
            as: file.file,
            crc64: machine.pinned?.crc64,
            lengthIsProven: machine.lengthIsProven
        )
    }

    private func keepNote(_ machine: TransferMachine, _ output: Output) async throws {
        guard let identity = machine.pinned else { return }
        var note = TransferJournal(
            object: file.label,
            identity: identity,
            done: machine.plan.done,
            boot: JournalFile.boot
        )
        if let proof = output.scanner.prefix(upTo: machine.plan.done.prefix) {
            (note.prefix, note.digest) = (proof.count, proof.digest)
        }
        let entry = note
        // A transfer goes on without its journal: all that is lost is the head start of the next.
        do {
            try await onThread { try output.journal.write(entry) }
            output.left.wasWritten.withLock { $0 = true }
        } catch is Failure {}
    }

    private func batchLimit(_ machine: TransferMachine) -> Int {
        // All connections together hold no more than a few MiB that are not written yet.
        max(128 << 10, min(1 << 20, (4 << 20) / max(1, machine.scaling.target)))
    }

    private func onThread<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value {
        try await NIOThreadPool.singleton.runIfActive(body)
    }
}
