import Foundation

/// TCP on the loopback interface, by the system's own calls.
enum Socket {
    /// A port that is free, below the ones that the system gives to outgoing connections.
    static func freePort() throws -> UInt16 {
        let first = 20_000 + UInt16(getpid() % 10_000)
        for port in first..<32_768 {
            guard let descriptor = try? listen(port) else { continue }
            close(descriptor)
            return port
        }
        throw TrialError("No port from \(first) to 32767 is free.")
    }

    /// A listening socket.
    static func listen(_ port: UInt16) throws -> Int32 {
        let descriptor = try make()
        var isOn: Int32 = 1
        setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &isOn, 4)
        guard with(address(port), { bind(descriptor, $0, $1) }) == 0, Glibc.listen(descriptor, 1024) == 0 else {
            defer { close(descriptor) }
            throw TrialError(call: "listen on \(port)")
        }
        return descriptor
    }

    /// A connected socket.
    static func connect(_ port: UInt16) throws -> Int32 {
        let descriptor = try make()
        guard with(address(port), { Glibc.connect(descriptor, $0, $1) }) == 0 else {
            defer { close(descriptor) }
            throw TrialError(call: "connect to \(port)")
        }
        return descriptor
    }

    /// Waits until something listens, for 10 seconds at most.
    static func awaitListener(_ port: UInt16) throws {
        for _ in 0..<1_000 {
            if let descriptor = try? connect(port) {
                close(descriptor)
                return
            }
            usleep(10_000)
        }
        throw TrialError("Nothing listens on port \(port) after 10 s.")
    }

    private static func make() throws -> Int32 {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw TrialError(call: "socket") }
        return descriptor
    }

    private static func address(_ port: UInt16) -> sockaddr_in {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        return address
    }

    private static func with(_ address: sockaddr_in, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32) -> Int32 {
        withUnsafePointer(to: address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                body($0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
    }
}
