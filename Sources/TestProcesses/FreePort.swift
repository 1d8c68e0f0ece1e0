import Foundation
import Synchronization

/// Ports of loopback for what tests start.
package enum FreePort {
    /// No port of the range is free.
    package struct NoneLeft: Error {}

    private static let last = Mutex(Int.random(in: 20_000..<32_000))

    /// A port that is free now.
    ///
    /// Below the range from which the system gives ports to whoever asks for any (from 32768 on Linux), so that between
    /// this call and the listening only another test could take it; that the tests of this process never get the same
    /// one is counted here.
    package static func next() throws -> Int {
        for _ in 0..<200 {
            let port = last.withLock { last in
                last = last >= 31_999 ? 20_000 : last + 1
                return last
            }
            if isFree(port) { return port }
        }
        throw NoneLeft()
    }

    private static func isFree(_ port: Int) -> Bool {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = in_addr_t(0x7F00_0001).bigEndian
        address.sin_port = in_port_t(UInt16(port)).bigEndian
        let length = socklen_t(MemoryLayout<sockaddr_in>.size)
        return withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(descriptor, $0, length) == 0 }
        }
    }
}
