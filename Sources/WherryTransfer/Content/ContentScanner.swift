import NIOCore
import Synchronization
import WherryCore
import WherryPluginKit

/// Digest and check of a file whose bytes come in any order: from memory where the next ones just passed, else from the
/// disk behind the writer.
///
/// ``run(onDamage:)`` does the work, beside the connections; the other methods only leave it notes.
final class ContentScanner: Sendable {
    private static let readSize = 1 << 20

    private struct State {
        var check = ContentCheck()
        var epoch = 0
        var inMemory: [Int64: [ByteBuffer]] = [:]
        var bytesInMemory = 0
        /// Bytes from memory that are being taken.
        var bytesAtWork = 0
        /// Who waits for the scan to come nearer.
        var follower: CheckedContinuation<Void, Never>?
        var onDisk = ByteRanges()
        /// A digest that the first bytes must have, left by an earlier process.
        var proof: (count: Int64, digest: SHA256Digest)?
        /// Digests of the first bytes, taken now and then; the last few.
        var prefixes: [(count: Int64, digest: SHA256Digest)] = []
        var total: Int64?
        var waiter: CheckedContinuation<ContentCheck?, Never>?

        /// Whether all that the scan has not taken yet, and something, is in memory: then it gets on by itself.
        func isAllInMemory(before offset: Int64) -> Bool {
            guard proof == nil, offset > check.count else { return false }
            var position = check.count + Int64(bytesAtWork)
            while let buffers = inMemory[position] { position += Int64(buffers.reduce(0) { $0 + $1.readableBytes }) }
            return position == offset
        }

        mutating func takeFollower() -> CheckedContinuation<Void, Never>? {
            defer { follower = nil }
            return follower
        }
    }

    private let staged: StagedFile
    private let memoryLimit: Int
    private let budget: MemoryBudget
    private let copy: SharedCopy?
    private let state = Mutex(State())
    private let wakes: AsyncStream<Void>
    private let wake: AsyncStream<Void>.Continuation

    /// - Parameters:
    ///   - copy: told when bytes are read back, as its readers wait for the verdict; nil where there are none.
    ///   - memoryLimit: how many bytes may wait in memory; others are read back.
    ///   - budget: room for those bytes, shared with other files.
    init(of staged: StagedFile, copy: SharedCopy?, memoryLimit: Int, budget: MemoryBudget) {
        self.staged = staged
        self.memoryLimit = memoryLimit
        self.budget = budget
        self.copy = copy
        (wakes, wake) = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    deinit { budget.giveBack(state.withLock { $0.bytesInMemory }) }

    /// Bytes that an earlier process left, the first of which must have the digest, if there is one.
    func adopt(_ done: ByteRanges, proof: (count: Int64, digest: SHA256Digest)?) {
        state.withLock { ($0.onDisk, $0.proof) = (done, proof) }
        wake.yield()
    }

    /// Waits while the scan of a file that comes in order is far behind: reading bytes back would cost more than their
    /// coming later.
    ///
    /// - Parameter offset: where the next bytes, `count` of them, lie.
    func follow(at offset: Int64, count: Int) async {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let mayWait = state.withLock { state in
                    guard state.bytesInMemory + count > memoryLimit, state.isAllInMemory(before: offset),
                        state.follower == nil, !Task.isCancelled
                    else { return false }
                    state.follower = continuation
                    return true
                }
                if !mayWait { continuation.resume() }
            }
        } onCancel: {
            state.withLock { $0.takeFollower() }?.resume()
        }
    }

    /// Bytes that are being written now.
    func passing(_ buffers: [ByteBuffer], at offset: Int64, count: Int) {
        let isNext = state.withLock { state in
            guard offset >= state.check.count, state.bytesInMemory + count <= memoryLimit, budget.take(count) else {
                return false
            }
            release(state.inMemory.updateValue(buffers, forKey: offset), &state)
            state.bytesInMemory += count
            return offset == state.check.count
        }
        if isNext { wake.yield() }
    }

    /// Bytes do not wait in memory any more.
    private func release(_ buffers: [ByteBuffer]?, _ state: inout State) {
        guard let buffers else { return }
        let count = buffers.reduce(0) { $0 + $1.readableBytes }
        state.bytesInMemory -= count
        budget.giveBack(count)
    }

    /// Bytes that are on the disk now.
    func wrote(_ range: Range<Int64>) {
        state.withLock { $0.onDisk.insert(range) }
        wake.yield()
    }

    /// The store declares a CRC-64: computed from the first byte on, or not at all.
    func expectCRC64() {
        state.withLock { if $0.check.count == 0 { $0.check = ContentCheck(withCRC64: true) } }
    }

    /// Begins anew.
    func startOver() {
        let (waiter, follower) = state.withLock { state in
            let (epoch, waiter, follower) = (state.epoch + 1, state.waiter, state.follower)
            budget.giveBack(state.bytesInMemory)
            state = State()
            state.epoch = epoch
            return (waiter, follower)
        }
        waiter?.resume(returning: nil)
        follower?.resume()
    }

    /// A digest of the first bytes, as of not long ago, of no more than `limit` of them.
    func prefix(upTo limit: Int64) -> (count: Int64, digest: SHA256Digest)? {
        state.withLock { $0.prefixes.last { $0.count <= limit } }
    }

    /// Waits until the first `total` bytes were taken; nil when the work was cancelled.
    func finish(total: Int64) async -> ContentCheck? {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let ready: ContentCheck?? = state.withLock { state in
                    if state.check.count == total { return state.check }
                    if Task.isCancelled { return .some(nil) }
                    (state.total, state.waiter) = (total, continuation)
                    return nil
                }
                if let ready { continuation.resume(returning: ready) } else { wake.yield() }
            }
        } onCancel: {
            state.withLock { state in
                defer { state.waiter = nil }
                return state.waiter
            }?.resume(returning: nil)
        }
    }

    /// Takes bytes until it is cancelled.
    ///
    /// - Parameters:
    ///   - onDamage: called when what an earlier process left has not the digest that it noted.
    ///   - onFailure: called when bytes could not be read back.
    func run(onDamage: @Sendable () -> Void, onFailure: @Sendable (Failure) -> Void) async {
        var buffer = ByteBuffer()
        for await _ in wakes {
            let epoch = state.withLock { $0.epoch }
            do {
                while !Task.isCancelled, try await step(&buffer, onDamage) {}
            } catch {
                // After a new beginning the bytes are rightly gone.
                let isStale = state.withLock { $0.epoch } != epoch
                if isStale { wake.yield() }
                if !isStale, !(error is CancellationError) {
                    onFailure(Failure.wrap(error, during: "reading a file back"))
                }
            }
        }
    }

    /// Takes all the bytes that are here, where nothing runs beside; there is nothing of an earlier process.
    func takeUp() async throws {
        var buffer = ByteBuffer()
        while try await step(&buffer, {}) {}
    }

    private enum Work {
        case memory([ByteBuffer], ContentCheck, epoch: Int)
        case disk(Range<Int64>, ContentCheck, epoch: Int)
    }

    /// Takes the next bytes; false when they are not here yet.
    private func step(_ buffer: inout ByteBuffer, _ onDamage: @Sendable () -> Void) async throws -> Bool {
        guard let work = state.withLock({ next(&$0) }) else { return false }
        switch work {
        case .memory(let buffers, var check, let epoch):
            for buffer in buffers { buffer.withUnsafeReadableBytes { check.update($0) } }
            return put(check, epoch, onDamage)
        case .disk(let range, var check, let epoch):
            let staged = staged
            let spare = buffer
            buffer = ByteBuffer()
            buffer = try await copy.step(on: staged.disk.threads) {
                var buffer = spare
                try staged.read(
                    at: range.lowerBound,
                    count: Int(range.upperBound - range.lowerBound),
                    into: &buffer
                )
                return buffer
            }
            buffer.withUnsafeReadableBytes { check.update($0) }
            return put(check, epoch, onDamage)
        }
    }

    private func next(_ state: inout State) -> Work? {
        let position = state.check.count
        for stale in state.inMemory.keys where stale < position {
            release(state.inMemory.removeValue(forKey: stale), &state)
        }
        let needsStop = state.proof.map { position < $0.count } ?? false
        if !needsStop, let buffers = state.inMemory.removeValue(forKey: position) {
            let held = state.bytesInMemory
            release(buffers, &state)
            state.bytesAtWork = held - state.bytesInMemory
            return .memory(buffers, state.check, epoch: state.epoch)
        }
        guard var end = state.onDisk.end(ofRunAt: position) else { return nil }
        end = min(end, position + Int64(Self.readSize), state.inMemory.keys.filter { $0 > position }.min() ?? end)
        if needsStop, let stop = state.proof?.count { end = min(end, stop) }
        return .disk(position..<end, state.check, epoch: state.epoch)
    }

    private func put(_ check: ContentCheck, _ epoch: Int, _ onDamage: @Sendable () -> Void) -> Bool {
        var follower: CheckedContinuation<Void, Never>?
        defer { follower?.resume() }
        let (isDamaged, finished) = state.withLock { state -> (Bool, CheckedContinuation<ContentCheck?, Never>?) in
            guard state.epoch == epoch else { return (false, nil) }
            state.check = check
            state.bytesAtWork = 0
            follower = state.takeFollower()
            if let proof = state.proof, check.count >= proof.count {
                state.proof = nil
                if check.digestSoFar != proof.digest { return (true, nil) }
            }
            if check.count - (state.prefixes.last?.count ?? 0) >= 2 << 20, let digest = check.digestSoFar {
                if state.prefixes.count == 6 { state.prefixes.removeFirst() }
                state.prefixes.append((check.count, digest))
            }
            guard let total = state.total, check.count == total else { return (false, nil) }
            defer { state.waiter = nil }
            return (false, state.waiter)
        }
        if isDamaged { onDamage() }
        finished?.resume(returning: check)
        return true
    }
}
