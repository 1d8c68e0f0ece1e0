import Glibc

/// One TCP socket.
///
/// Every wait ends when the socket is shut down, from whichever thread.
struct FaultSocket: Sendable {
    let descriptor: Int32

    /// A listening socket on a free port of 127.0.0.1.
    static func listening() throws -> (socket: FaultSocket, port: UInt16) {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw FaultServerError(call: "socket", number: errno) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let result = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic -> String? in
                if bind(descriptor, generic, length) != 0 { return "bind" }
                if listen(descriptor, 256) != 0 { return "listen" }
                if getsockname(descriptor, generic, &length) != 0 { return "getsockname" }
                return nil
            }
        }
        if let call = result {
            let number = errno
            _ = close(descriptor)
            throw FaultServerError(call: call, number: number)
        }
        return (FaultSocket(descriptor: descriptor), UInt16(bigEndian: address.sin_port))
    }

    /// The next connection, or nil when this listening socket was shut down.
    func accepted(sendBuffer: Int32) -> FaultSocket? {
        while true {
            let connection = accept(descriptor, nil, nil)
            if connection >= 0 {
                _ = fcntl(connection, F_SETFD, FD_CLOEXEC)
                let socket = FaultSocket(descriptor: connection)
                socket.set(IPPROTO_TCP, TCP_NODELAY, Int32(1))
                socket.set(SOL_SOCKET, SO_SNDBUF, sendBuffer)
                return socket
            }
            guard errno == EINTR || errno == ECONNABORTED else { return nil }
        }
    }

    /// The next bytes the peer sent; nil at the end or on an error.
    func receive() -> [UInt8]? {
        var buffer = [UInt8](repeating: 0, count: 8192)
        while true {
            let count = recv(descriptor, &buffer, buffer.count, 0)
            if count > 0 { return Array(buffer[..<count]) }
            guard count < 0, errno == EINTR else { return nil }
        }
    }

    /// Sends all it can; less than `bytes.count` means that the connection is gone.
    func send(_ bytes: [UInt8]) -> Int {
        bytes.withUnsafeBytes { buffer in
            var sent = 0
            while sent < buffer.count {
                let rest = UnsafeRawBufferPointer(rebasing: buffer[sent...])
                let count = Glibc.send(descriptor, rest.baseAddress, rest.count, Int32(MSG_NOSIGNAL))
                if count > 0 {
                    sent += count
                } else if errno != EINTR {
                    break
                }
            }
            return sent
        }
    }

    /// Waits; false when the peer went away or the server stops meanwhile.
    ///
    /// Nil waits for just that.
    func wait(_ duration: Duration?) -> Bool {
        let end = duration.map { ContinuousClock.now + $0 }
        while true {
            let milliseconds = end.map { Self.milliseconds(ContinuousClock.now.duration(to: $0)) }
            if let milliseconds, milliseconds <= 0 { return true }
            var entry = pollfd(descriptor: descriptor, events: Int16(0x2000))
            let ready = poll(&entry, 1, milliseconds ?? -1)
            if ready > 0 { return false }
            if ready < 0, errno != EINTR { return false }
        }
    }

    /// Waits, at most two seconds, until the peer's kernel has taken all that was sent.
    func settle() {
        let end = ContinuousClock.now + .seconds(2)
        var pending: Int32 = 0
        while ContinuousClock.now < end {
            guard ioctl(descriptor, UInt(TIOCOUTQ), &pending) == 0, pending > 0 else { return }
            guard wait(.milliseconds(2)) else { return }
        }
    }

    /// Wakes everything that waits on the socket and ends it in both directions.
    func shutDown() {
        _ = shutdown(descriptor, Int32(SHUT_RDWR))
    }

    /// Closes the socket: with a FIN, or with a RST that drops what was not yet sent.
    func end(reset: Bool) {
        if reset {
            set(SOL_SOCKET, SO_LINGER, linger(l_onoff: 1, l_linger: 0))
        } else {
            // Sends the FIN even if a child process of ours holds a copy of the socket.
            _ = shutdown(descriptor, Int32(SHUT_WR))
        }
        _ = close(descriptor)
    }

    private func set<Value: BitwiseCopyable>(_ level: Int32, _ option: Int32, _ value: Value) {
        withUnsafeBytes(of: value) { bytes in
            _ = setsockopt(descriptor, level, option, bytes.baseAddress, socklen_t(bytes.count))
        }
    }

    private func set<Value: BitwiseCopyable>(_ level: Int, _ option: Int32, _ value: Value) {
        set(Int32(level), option, value)
    }

    private static func milliseconds(_ duration: Duration) -> Int32 {
        Int32(min(1_000_000_000, duration / .milliseconds(1)))
    }
}

extension pollfd {
    fileprivate init(descriptor: Int32, events: Int16) {
        self.init(fd: descriptor, events: events, revents: 0)
    }
}
