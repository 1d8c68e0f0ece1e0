import Crypto
import NIOCore
import Synchronization
import SystemPackage
import WherryCore
import WherryPluginKit

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// A file that one download writes to a disk and others read behind it, from its first byte on, while it grows or later.
///
/// Each reader computes the digest of what it read, and it must be that of the verified download: a reader has the
/// same bytes or an error.
final class SharedCopy: Sendable {
    private struct State {
        /// Open while the download runs, and while somebody reads.
        weak var file: FileReader?
        var threads = DiskThreads(of: nil)
        var downloads: FileReader?
        /// Where the file is, once it is whole.
        var path: String?
        var written = ByteRanges()
        /// How often the download has thrown all bytes away.
        var generation = 0
        /// The steps that the disk is at, and when it last ended one or had none before.
        var steps = 0
        var moved = ContinuousClock.now
        /// What the download found out, once all bytes are verified; they may not be durable yet.
        var verdict: FetchedFile?
        var outcome: Result<FetchedFile, Failure>?
    }

    /// The most that is read at once, in bytes.
    static let pieceBytes: Int64 = 1 << 20

    private let name: String
    private let patience: Duration
    private let state: Mutex<State>
    private let wakeups = Wakeups()

    /// A copy of the file of this name; nothing of it is there yet.
    ///
    /// - Parameter patience: how long readers wait for a disk that ends no step, in seconds.
    init(of name: String, patience: Double = 30) {
        self.name = name
        self.patience = .seconds(patience)
        // The first step is to open the file.
        state = Mutex(State(steps: 1))
    }

    // MARK: - For the download

    /// The file is open.
    func opened(_ path: String, on threads: DiskThreads) throws {
        let file = try FileReader(path)
        state.withLock { state in
            state.file = file
            state.downloads = file
            state.threads = threads
            state.steps -= 1
            state.moved = .now
        }
    }

    /// These bytes are in the file.
    func wrote(_ range: Range<Int64>) {
        state.withLock { $0.written.insert(range) }
        wakeups.wake()
    }

    /// Runs a step of the download that waits for the disk: who reads behind it knows then whom to blame.
    func step<Value: Sendable>(_ body: () async throws -> Value) async throws -> Value {
        state.withLock { state in
            if state.steps == 0 { state.moved = .now }
            state.steps += 1
        }
        defer {
            state.withLock { state in
                state.steps -= 1
                state.moved = .now
            }
        }
        return try await body()
    }

    /// What was written counts no more, and is about to go.
    func startedOver() {
        state.withLock { state in
            state.written = ByteRanges()
            state.generation += 1
        }
        wakeups.wake()
    }

    /// All bytes are in the file, and are the right ones; who reads them need not wait until they are durable.
    func verified(_ fetched: FetchedFile) {
        state.withLock { $0.verdict = fetched }
        wakeups.wake()
    }

    /// The download is over.
    ///
    /// - Parameter path: where the file is now; whoever reads it later opens it there.
    func ended(_ outcome: Result<FetchedFile, Failure>, at path: String? = nil) {
        state.withLock { state in
            state.outcome = outcome
            if case .success(let fetched) = outcome {
                state.verdict = fetched
                state.path = path
            }
            state.downloads = nil
        }
        wakeups.wake()
    }

    // MARK: - For those who follow

    private enum Advance {
        case open(String)
        case read(FileReader, Range<Int64>, generation: Int)
        case end(FetchedFile)
        case wait
    }

    /// Passes every byte on, in order, and returns what the download found out.
    ///
    /// - Throws: the failure of the download where that is about the source, else one of class `transient` that is
    ///   worth another try; what `receive` throws.
    func follow(_ receive: @Sendable ([UInt8]) async throws -> Void) async throws -> FetchedFile {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { [patience, wakeups] in
                while true {
                    try await Task.sleep(for: min(patience / 4, .seconds(1)))
                    wakeups.wake()
                }
            }
            defer { group.cancelAll() }
            return try await read(receive)
        }
    }

    private func read(_ receive: @Sendable ([UInt8]) async throws -> Void) async throws -> FetchedFile {
        var wakeup = wakeups.listen().makeAsyncIterator()
        var hash = SHA256()
        var offset: Int64 = 0
        var generation: Int?
        var reader: FileReader?
        defer { withExtendedLifetime(reader) {} }
        while true {
            switch try advance(from: offset, in: generation) {
            case .wait:
                guard await wakeup.next() != nil, !Task.isCancelled else { throw CancellationError() }
                guard !isStuck else { throw stuck() }
            case .end(let fetched):
                guard SHA256Digest(bytes: Array(hash.finalize())) == fetched.sha256 else { throw changed() }
                return fetched
            case .open(let path):
                let opened = try await onDisk { try FileReader(path) }
                guard case .success(let file) = opened else { throw offset == 0 ? gone(path) : changed() }
                reader = state.withLock { state in
                    if state.file == nil { state.file = file }
                    return state.file
                }
            case .read(let file, let range, let current):
                reader = file
                let piece = try await onDisk { try file.read(range) }
                // A file that was cut short meanwhile is no fault of the disk.
                guard state.withLock({ $0.generation == current }) else { continue }
                guard case .success(let bytes) = piece else { throw unreadable() }
                generation = current
                offset = range.upperBound
                // The digest is computed while the receiver works.
                let before = hash
                async let digested = Self.digest(bytes, after: before)
                try await receive(bytes)
                hash = await digested
            }
        }
    }

    private func onDisk<Value: Sendable>(
        _ body: @escaping @Sendable () throws -> Value
    ) async throws -> Result<Value, any Error> {
        let threads = state.withLock { $0.threads }
        guard let result = try await threads.run(within: patience, body) else { throw stuck() }
        return result
    }

    private static func digest(_ piece: [UInt8], after hash: SHA256) async -> SHA256 {
        var hash = hash
        piece.withUnsafeBytes { hash.update(bufferPointer: $0) }
        return hash
    }

    /// Whether the disk has ended no step for long.
    private var isStuck: Bool {
        state.withLock { $0.verdict == nil && $0.steps > 0 && ContinuousClock.now - $0.moved > patience }
    }

    private func advance(from offset: Int64, in generation: Int?) throws -> Advance {
        try state.withLock { state in
            if state.verdict == nil, case .failure(let failure) = state.outcome { throw failure }
            // What was passed on cannot be taken back.
            if let generation, generation != state.generation { throw changed() }
            let end = min(state.written.prefix, offset + Self.pieceBytes)
            if end > offset {
                if let file = state.file { return .read(file, offset..<end, generation: state.generation) }
                if let path = state.path { return .open(path) }
                throw gone(nil)
            }
            guard let fetched = state.verdict else { return .wait }
            guard fetched.size.bytes == offset else { throw changed() }
            return .end(fetched)
        }
    }

    /// The code of the failure that asks for another download.
    static let goneCode = "fan-out.copy-gone"

    private func gone(_ path: String?) -> Failure {
        Failure(
            .transient,
            code: Self.goneCode,
            "The copy of \(name) \(path.map { "at \($0) " } ?? "")is no longer there.",
            remedy: "Nothing to do: the file is fetched again."
        )
    }

    /// Whether a reader's failure says that this copy is of no use to anybody: its download is over, or hangs.
    func isSpoilt(_ failure: Failure) -> Bool {
        failure.code == Self.stuckCode || failure.code.hasPrefix("fan-out.") && state.withLock { $0.outcome != nil }
    }

    private static let stuckCode = "fan-out.copy-stuck"

    private func stuck() -> Failure {
        Failure(
            .transient,
            code: Self.stuckCode,
            "The disk that \(name) is written to and read from has answered nothing for \(patience.components.seconds) s.",
            remedy: "Look at that disk; the delivery is tried again with a download of its own."
        )
    }

    private func unreadable() -> Failure {
        Failure(
            .transient,
            code: "fan-out.copy-lost",
            "What another sink stored of \(name) could not be read back.",
            remedy: "Look at the disk; the delivery is tried again with a download of its own."
        )
    }

    private func changed() -> Failure {
        Failure(
            .transient,
            code: "fan-out.changed",
            "\(name) became another file after its first bytes had been passed on.",
            remedy: "Nothing to do: the delivery is tried again."
        )
    }
}

extension SharedCopy? {
    /// Runs what waits for the disk on its threads; where there are readers of the copy, they know of it.
    func step<Value: Sendable>(
        on threads: DiskThreads,
        _ body: @escaping @Sendable () throws -> Value
    ) async throws -> Value {
        guard let copy = self else { return try await threads.run(body) }
        return try await copy.step { try await threads.run(body) }
    }
}

/// A file that is only read; closed with its last reference.
private final class FileReader: Sendable {
    private let descriptor: Int32
    private let path: String

    init(_ path: String) throws {
        self.path = path
        descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
        guard descriptor >= 0 else { throw SystemError.failure(errno, "opened", path) }
    }

    deinit { _ = close(descriptor) }

    /// The bytes of a range; fewer where the file is shorter now.
    func read(_ range: Range<Int64>) throws -> [UInt8] {
        try [UInt8](unsafeUninitializedCapacity: Int(range.upperBound - range.lowerBound)) { buffer, count in
            count = 0
            while count < buffer.count {
                let rest = UnsafeMutableRawBufferPointer(rebasing: UnsafeMutableRawBufferPointer(buffer)[count...])
                let got = pread(descriptor, rest.baseAddress, rest.count, off_t(range.lowerBound) + off_t(count))
                if got < 0, errno == EINTR { continue }
                guard got > 0 else { throw SystemError.failure(got < 0 ? errno : EIO, "read back", path) }
                count += got
            }
        }
    }
}
