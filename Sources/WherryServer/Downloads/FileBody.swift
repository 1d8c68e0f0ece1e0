import NIOCore
import Synchronization

/// A file that is the body of an answer: its bytes go from the page cache to the socket without passing the program.
///
/// The responder writes ``FileSpan``s in place of bytes; ``FileBodyHandler`` puts the file's bytes there.
final class FileBody: Sendable {
    /// Names the body in the head of an answer; taken out before the answer leaves.
    static let header = "x-wherry-file-body"

    let id: UInt64
    private let handles = Mutex<Handles?>(nil)

    /// Two of one file, as a handle refuses to be used twice at a time.
    private struct Handles {
        let sent: NIOFileHandle
        let warmed: CachedFile
    }

    fileprivate init(id: UInt64) { self.id = id }

    deinit { close() }

    /// Opens the file; blocks.
    func open(_ path: String) throws {
        let opened = Handles(sent: try NIOFileHandle(_deprecatedPath: path), warmed: CachedFile(path))
        handles.withLock { $0 = opened }
    }

    /// The file to send from; nil before it is open, and after it was closed.
    var opened: NIOFileHandle? { handles.withLock { $0?.sent } }

    /// Brings a part of the file into memory; does nothing once it is closed.
    func warm(_ span: FileSpan) async throws {
        guard let file = handles.withLock({ $0?.warmed }) else { return }
        try await file.warm(span)
    }

    /// Closes it, if it is open.
    func close() {
        let opened = handles.withLock { handles in
            defer { handles = nil }
            return handles
        }
        // It was opened for reading: nothing can be lost by a failing close.
        try? opened?.sent.close()
    }
}

/// The bodies of answers whose heads are still to be written, found by their numbers.
final class FileBodies: Sendable {
    /// More answers than this do not wait for their heads; a client that left before its head was written leaves an entry.
    private static let most = 4_096

    private struct State {
        var last: UInt64 = 0
        var bodies: [UInt64: FileBody] = [:]
    }

    private let state = Mutex(State())

    /// A new body.
    func make() -> FileBody {
        let (body, _) = state.withLock { state in
            state.last += 1
            let body = FileBody(id: state.last)
            state.bodies[state.last] = body
            let stale = state.bodies.count > Self.most ? state.bodies.keys.min() : nil
            return (body, stale.flatMap { state.bodies.removeValue(forKey: $0) })
        }
        return body
    }

    /// The body of a number, which is not found a second time.
    func take(_ id: UInt64) -> FileBody? { state.withLock { $0.bodies.removeValue(forKey: id) } }
}

/// A piece of a file, as 16 bytes.
struct FileSpan: Equatable {
    /// Bytes handed to the system at a time.
    static let usual = 2 << 20

    var offset: Int64
    var count: Int64

    init(offset: Int64, count: Int64) {
        self.offset = offset
        self.count = count
    }

    /// Takes one out of `buffer`; nil when there is none.
    init?(from buffer: inout ByteBuffer) {
        guard let (offset, count) = buffer.readMultipleIntegers(as: (Int64, Int64).self) else { return nil }
        self.init(offset: offset, count: count)
    }

    /// The 16 bytes.
    var bytes: ByteBuffer {
        var buffer = ByteBuffer()
        buffer.writeMultipleIntegers(offset, count)
        return buffer
    }
}
