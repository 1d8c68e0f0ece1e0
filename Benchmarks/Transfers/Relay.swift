import Foundation

/// A TCP relay that makes the loopback interface a long way, or a narrow one, where the kernel has no `netem`.
///
/// One thread moves bytes between sockets through pipes, without copying them. Each byte waits for the delay; a
/// connection's bytes on their way, until the acknowledgement would be back, stay within a window; a new connection
/// waits for the round trip that its handshake would take. Slow start and losses are not imitated.
final class Relay {
    /// What a way is like; times in nanoseconds.
    struct Way {
        let delay: UInt64
        /// Bytes a second; 0 is no limit.
        let rate: Int
        let window: Int
    }

    private let listener: Int32
    private let upstream: UInt16
    private let way: Way
    private let calls: LinuxCalls
    private var links: [RelayLink] = []

    /// Relays until the process is ended.
    ///
    /// The arguments: port, upstream port, delay in microseconds, rate, window.
    static func serve(_ arguments: [String]) throws {
        let numbers = arguments.compactMap { Int($0) }
        guard numbers.count == 5 else { throw BenchError(message: "The relay takes five numbers.") }
        signal(SIGPIPE, SIG_IGN)
        let way = Way(delay: UInt64(numbers[2]) * 1_000, rate: numbers[3], window: numbers[4])
        try Relay(listen: UInt16(numbers[0]), upstream: UInt16(numbers[1]), way).run()
    }

    /// Nanoseconds of the monotonic clock.
    static var now: UInt64 {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
    }

    private init(listen port: UInt16, upstream: UInt16, _ way: Way) throws {
        calls = try LinuxCalls()
        listener = try Socket.listen(port)
        self.upstream = upstream
        self.way = way
    }

    private func run() throws {
        var entries: [pollfd] = []
        while true {
            let now = Self.now
            entries.removeAll(keepingCapacity: true)
            entries.append(pollfd(fd: listener, events: Int16(POLLIN), revents: 0))
            var wake = UInt64.max
            for link in links { link.prepare(&entries, &wake) }
            var pause = timespec()
            let rest = wake > now ? min(wake - now, 1_000_000_000) : 0
            pause.tv_nsec = Int(rest % 1_000_000_000)
            pause.tv_sec = Int(rest / 1_000_000_000)
            guard calls.ppoll(&entries, nfds_t(entries.count), &pause, nil) >= 0 || errno == EINTR else {
                throw TrialError(call: "ppoll")
            }
            let after = Self.now
            for link in links { try link.step(after) }
            links.removeAll { link in
                if link.isOver { link.close() }
                return link.isOver
            }
            if entries.first?.revents != 0 { try accept() }
        }
    }

    private func accept() throws {
        let client = Glibc.accept(listener, nil, nil)
        guard client >= 0 else { return }
        links.append(try RelayLink(client: client, server: try Socket.connect(upstream), way, calls))
    }
}
