import NIOCore
import Synchronization

/// A file that is the body of an answer: its bytes go from the page cache to the socket without passing the program.
///
/// The responder writes ``FileSpan``s in place of bytes; ``FileBodyHandler`` puts the file's bytes there.
final class FileBody: Sendable {
    /// Names the body in the head of an answer; taken out before the answer leaves.
    static let header = "x-wherry-file-body"

    let id: UInt64
    private let bodies: FileBodies
    private let handles = Mutex<Handles?>(nil)

    /// Two of one file, as a handle refuses to be used twice at a time.
    private struct Handles {
        let sent: NIOFileHandle
        let warmed: CachedFile
    }

    fileprivate init(id: UInt64, bodies: FileBodies) {
        self.id = id
        self.bodies = bodies
    }

    deinit {
        close()
        bodies.forget(id)
    }

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

/// The bodies of answers under way on one listener, found by their numbers.
final class FileBodies: Sendable {
    private struct Entry: Sendable { weak let body: FileBody? }

    private struct State {
        var last: UInt64 = 0
        var entries: [UInt64: Entry] = [:]
    }

    private let state = Mutex(State())

    /// A body that lives as long as somebody holds it.
    func make() -> FileBody {
        state.withLock { state in
            state.last += 1
            let body = FileBody(id: state.last, bodies: self)
            state.entries[state.last] = Entry(body: body)
            return body
        }
    }

    /// The body of a number, if it still lives.
    func find(_ id: UInt64) -> FileBody? { state.withLock { $0.entries[id]?.body } }

    fileprivate func forget(_ id: UInt64) { state.withLock { $0.entries[id] = nil } }
}

/// A piece of a file, as 16 bytes.
struct FileSpan: Equatable {
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
