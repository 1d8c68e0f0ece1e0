import Synchronization
import WherryCore

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// The file `NAME.part.journal`: two places that are written in turn, so that one of them is always whole.
///
/// Calls block. Only who holds the lock of the `.part` may use it.
final class JournalFile: Sendable {
    private let path: String
    private let disk: Disk
    private let state = Mutex(State())

    private struct State {
        var descriptor: Int32 = -1
        /// Whether there is none, as far as we know who hold the lock.
        var isAbsent = false
        var count: UInt64 = 0
    }

    init(beside part: String, disk: Disk) {
        path = part + ".journal"
        self.disk = disk
    }

    deinit { state.withLock { if $0.descriptor >= 0 { _ = close($0.descriptor) } } }

    /// The newest whole note; nil when there is none.
    func read() -> TransferJournal? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
        guard descriptor >= 0 else {
            if errno == ENOENT { state.withLock { $0.isAbsent = true } }
            return nil
        }
        defer { close(descriptor) }
        var best: (count: UInt64, journal: TransferJournal)?
        for slot in 0..<2 {
            var bytes = [UInt8](repeating: 0, count: Self.slotSize)
            let got = pread(descriptor, &bytes, bytes.count, off_t(slot * Self.slotSize))
            guard got > Self.headSize else { continue }
            let count = bytes.prefix(Self.headSize).reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
            let text = bytes[Self.headSize..<got].prefix { $0 != 0 }
            guard let journal = TransferJournal(text), count > best?.count ?? 0 else { continue }
            best = (count, journal)
        }
        if let count = best?.count { state.withLock { $0.count = max($0.count, count) } }
        return best?.journal
    }

    /// Writes a note.
    func write(_ journal: TransferJournal) throws {
        let text = journal.encoded()
        try state.withLock { state in
            if state.descriptor < 0 {
                state.isAbsent = false
                let flags = O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW
                state.descriptor = try disk.perform(.note, "made", path) { open(path, flags, 0o600) }
            }
            state.count += 1
            let head = (0..<Self.headSize).map { UInt8(truncatingIfNeeded: state.count >> (8 * UInt64($0))) }
            let bytes = head + text + [0]
            let place = off_t(Int(state.count % 2) * Self.slotSize)
            let descriptor = state.descriptor
            try disk.perform(.note, "written", path) { pwrite(descriptor, bytes, bytes.count, place) }
        }
    }

    /// Removes it.
    func remove() {
        state.withLock { state in
            if state.descriptor >= 0 { _ = close(state.descriptor) }
            state.descriptor = -1
            if !state.isAbsent { _ = unlink(path) }
            state.isAbsent = true
        }
    }

    private static let headSize = 8
    private static let slotSize = headSize + TransferJournal.byteLimit + 8

    /// Names this boot of this machine; empty where the system does not say.
    static let boot: String = {
        let descriptor = open("/proc/sys/kernel/random/boot_id", O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return "" }
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: 64)
        let got = pread(descriptor, &bytes, bytes.count, 0)
        return String(decoding: bytes.prefix(max(0, got)).prefix { $0 != 0x0A }, as: UTF8.self)
    }()
}
