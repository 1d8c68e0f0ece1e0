import Foundation
import WherryCore

/// A TCP connection to a port of 127.0.0.1 over which a test says exactly what it likes; closed with the last use of it.
package struct LoopbackConnection: ~Copyable {
    private let descriptor: Int32

    /// Connects; reading then waits for `patience` at most.
    ///
    /// - Throws: ``Failure`` of class `transient`, code `test.connect`, when nobody listens there.
    package init(port: UInt16, patience: Int = 20) throws {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var timeout = timeval(tv_sec: patience, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &timeout, socklen_t(MemoryLayout<timeval>.size))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = in_addr_t(0x7F00_0001).bigEndian
        let isConnected = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
            }
        }
        guard isConnected else {
            close(descriptor)
            throw Failure(.transient, code: "test.connect", "Nobody listens on \(port).")
        }
        self.descriptor = descriptor
    }

    deinit { close(descriptor) }

    /// Sends bytes, until all are sent or the other side takes no more.
    ///
    /// - Returns: how many were sent.
    @discardableResult package func send(_ bytes: [UInt8]) -> Int {
        var sent = 0
        while sent < bytes.count {
            let count = bytes[sent...].withUnsafeBytes {
                Foundation.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { break }
            sent += count
        }
        return sent
    }

    /// Says that nothing more will be sent.
    package func endSending() { shutdown(descriptor, Int32(SHUT_WR)) }

    /// The next bytes; none at the end, or when they are too long in coming.
    package func receive(upTo most: Int = 65_536) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: most) { buffer, count in
            count = max(0, recv(descriptor, buffer.baseAddress, most, 0))
        }
    }
}
