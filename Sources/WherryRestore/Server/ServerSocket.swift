import Dispatch
import WherryCore

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Asks a server over its socket in a folder; one connection a question.
struct ServerSocket: Sendable {
    /// Why there is no answer, which may be otherwise a moment later.
    enum Silence: Error { case unreachable, cut, tooLong }

    /// The longest answer, in bytes.
    fileprivate static let limit = 1 << 20
    /// How long a server that loads may take for an answer, in seconds.
    private static let patience = 10

    /// The folder.
    let folder: String
    /// The socket's name in it.
    let name: String

    /// Sends a command and returns the answer, which is a text.
    ///
    /// - Throws: ``Silence``; ``Failure`` `prove.server-answer` when the server says that it is wrong.
    func ask(_ words: String...) async throws -> String {
        let request = words.reduce(into: "*\(words.count)\r\n") { $0 += "$\($1.utf8.count)\r\n\($1)\r\n" }
        return try await withCheckedThrowingContinuation { continuation in
            DispatchQueue(label: "wherry.prove.socket").async {
                continuation.resume(with: Result { try exchange(Array(request.utf8)) })
            }
        }
    }

    private func exchange(_ request: [UInt8]) throws -> String {
        let descriptor = try connected()
        defer { close(descriptor) }
        var rest = request[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes {
                send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw Silence.cut }
            rest = rest.dropFirst(count)
        }
        var reply = ServerReply()
        var chunk = [UInt8](repeating: 0, count: 16 << 10)
        while true {
            let count = recv(descriptor, &chunk, chunk.count, 0)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw Silence.cut }
            if let text = try reply.add(chunk[..<count]) { return text }
            guard reply.count <= Self.limit else { throw Silence.tooLong }
        }
    }

    private func connected() throws -> Int32 {
        let place = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard place >= 0 else { throw Silence.unreachable }
        defer { close(place) }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        #if os(Linux)
            // The path of a socket has little room, and the folder's may be long.
            let path = "/proc/self/fd/\(place)/\(name)"
        #else
            let path = "\(folder)/\(name)"
        #endif
        let room = MemoryLayout.size(ofValue: address.sun_path)
        guard path.utf8.count < room else { throw Silence.unreachable }
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        let descriptor = Self.streamSocket()
        guard descriptor >= 0 else { throw Silence.unreachable }
        var wait = timeval()
        wait.tv_sec = Self.patience
        let size = socklen_t(MemoryLayout<timeval>.size)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &wait, size)
        setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &wait, size)
        let length = socklen_t(MemoryLayout<sockaddr_un>.size)
        let isConnected = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { connect(descriptor, $0, length) == 0 }
        }
        guard isConnected else {
            close(descriptor)
            throw Silence.unreachable
        }
        return descriptor
    }

    private static func streamSocket() -> Int32 {
        #if canImport(Glibc)
            socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        #elseif canImport(Musl)
            socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)
        #else
            socket(AF_UNIX, SOCK_STREAM, 0)
        #endif
    }
}

/// The beginning of one answer: a simple string, a number, an error or a bulk string.
struct ServerReply {
    private var bytes: [UInt8] = []

    /// How many bytes there are.
    var count: Int { bytes.count }

    /// Takes more bytes; gives the text when it is whole.
    ///
    /// - Throws: ``Failure`` `prove.server-answer` for an error, or what is of another kind;
    ///   ``ServerSocket/Silence/tooLong`` when it announces more than is read.
    mutating func add(_ more: some Collection<UInt8>) throws -> String? {
        bytes += more
        guard let end = bytes.firstIndex(of: UInt8(ascii: "\n")), end > 1 else { return nil }
        let head = String(decoding: bytes[1..<(end - 1)], as: UTF8.self)
        switch bytes[0] {
        case UInt8(ascii: "+"), UInt8(ascii: ":"): return head
        case UInt8(ascii: "$"):
            guard let length = Int(head), length >= 0 else { throw Self.failure("holds nothing") }
            guard length <= ServerSocket.limit else { throw ServerSocket.Silence.tooLong }
            let body = bytes[(end + 1)...]
            return body.count < length + 2 ? nil : String(decoding: body.prefix(length), as: UTF8.self)
        // Only the code that it begins with: who knows what the rest repeats.
        case UInt8(ascii: "-"): throw Self.failure("is \(head.prefix { $0.isLetter })")
        default: throw Self.failure("is of another kind")
        }
    }

    private static func failure(_ what: String) -> Failure {
        Failure(
            .unsupported,
            code: "prove.server-answer",
            "The answer of the private server \(what).",
            remedy: "Use a redis-server or valkey-server as it is packaged: --server PROGRAM."
        )
    }
}
