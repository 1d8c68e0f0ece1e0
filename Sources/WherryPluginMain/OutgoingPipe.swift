import WherryCore
import WherryPluginWire

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// The plugin's end of a named pipe that wherry reads; a write waits until there is room.
///
/// When wherry is gone, the signal SIGPIPE ends the process, as it should.
final class OutgoingPipe: Sendable {
    private let descriptor: Int32

    /// Opens it; wherry's end is open already.
    ///
    /// - Throws: ``WireProblem`` when nobody reads.
    init(_ path: String) throws(WireProblem) {
        // Not waiting for a reader, as there must be one; waiting for room, from here on.
        descriptor = open(path, O_WRONLY | O_NONBLOCK | O_CLOEXEC)
        guard descriptor >= 0, fcntl(descriptor, F_SETFL, 0) == 0 else { throw WireProblem("Nobody reads the stream.") }
    }

    deinit { if descriptor >= 0 { close(descriptor) } }

    /// Writes all of the bytes.
    ///
    /// - Throws: ``WireProblem`` when nobody reads any more.
    func write(_ bytes: [UInt8]) throws(WireProblem) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { systemWrite(descriptor, $0.baseAddress, $0.count) }
            guard count >= 0 || errno == EINTR else { throw WireProblem("Nobody reads the stream any more.") }
            rest = rest.dropFirst(max(0, count))
        }
    }
}

private func systemWrite(_ descriptor: Int32, _ bytes: UnsafeRawPointer?, _ count: Int) -> Int {
    write(descriptor, bytes, count)
}
