#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Tells systemd how the service is, by the protocol of sd_notify(3): datagrams to the socket in `$NOTIFY_SOCKET`.
///
/// Says nothing where nobody listens, and never fails: a service does not depend on being watched.
struct ServiceNotifier: Sendable {
    /// A path, or a name in the abstract namespace after an `@`; nil when nobody listens.
    private let address: String?
    /// How often systemd wants to hear that the service lives; nil when it does not ask.
    let watchdog: Duration?

    /// The one of this process.
    static let current = ServiceNotifier(
        address: Environment.value("NOTIFY_SOCKET"),
        watchdogMicroseconds: Environment.value("WATCHDOG_USEC"),
        watchdogProcess: Environment.value("WATCHDOG_PID")
    )

    init(address: String?, watchdogMicroseconds: String? = nil, watchdogProcess: String? = nil) {
        self.address = address
        let isMeant = watchdogProcess == nil || watchdogProcess == "\(getpid())"
        watchdog = watchdogMicroseconds.flatMap { Int64($0) }.flatMap {
            $0 > 0 && isMeant ? .microseconds($0) : nil
        }
    }

    /// It serves.
    func ready(_ status: String) { tell("READY=1\nSTATUS=\(status)") }

    /// It reads its configuration anew; ``ready(_:)`` is to follow.
    func reloading() {
        var now = timespec()
        clock_gettime(CLOCK_MONOTONIC, &now)
        tell("RELOADING=1\nMONOTONIC_USEC=\(Int64(now.tv_sec) * 1_000_000 + Int64(now.tv_nsec) / 1_000)")
    }

    /// It is about to end.
    func stopping() { tell("STOPPING=1\nSTATUS=stopping") }

    /// What it does, a line for `systemctl status`.
    func status(_ text: String) { tell("STATUS=\(text)") }

    /// It lives.
    func alive() { tell("WATCHDOG=1") }

    private func tell(_ message: String) {
        guard let address, var name = Self.name(address) else { return }
        let descriptor = socket(AF_UNIX, Self.datagram, 0)
        guard descriptor >= 0 else { return }
        defer { close(descriptor) }
        let length = socklen_t(MemoryLayout<sa_family_t>.size + address.utf8.count + (address.hasPrefix("@") ? 0 : 1))
        let bytes = Array(message.utf8)
        // Whoever listens and does not read must not hold up backups for long.
        var patience = timeval(tv_sec: 1, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
        _ = withUnsafePointer(to: &name) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { name in
                sendto(descriptor, bytes, bytes.count, 0, name, length)
            }
        }
    }

    private static func name(_ address: String) -> sockaddr_un? {
        var name = sockaddr_un()
        name.sun_family = sa_family_t(AF_UNIX)
        let bytes = Array(address.utf8)
        // The last byte is for the zero at the end.
        guard let first = bytes.first, [UInt8(ascii: "/"), UInt8(ascii: "@")].contains(first),
            bytes.count < MemoryLayout.size(ofValue: name.sun_path)
        else { return nil }
        withUnsafeMutableBytes(of: &name.sun_path) { path in
            path.copyBytes(from: bytes)
            if first == UInt8(ascii: "@") { path[0] = 0 }
        }
        return name
    }

    #if canImport(Glibc)
        private static let datagram = Int32(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue)
    #else
        private static let datagram = Int32(SOCK_DGRAM)
    #endif
}
