import Foundation

/// One connection through a ``Relay``: its two sockets and the two directions between them.
final class RelayLink {
    private let sockets: [Int32]
    private var request: RelayDirection
    private var response: RelayDirection

    /// Takes both sockets over.
    init(client: Int32, server: Int32, _ way: Relay.Way, _ calls: LinuxCalls) throws {
        sockets = [client, server]
        var isOn: Int32 = 1
        for socket in sockets {
            setsockopt(socket, Int32(IPPROTO_TCP), TCP_NODELAY, &isOn, 4)
            _ = fcntl(socket, F_SETFL, fcntl(socket, F_GETFL) | O_NONBLOCK)
        }
        // The handshake's round trip has to pass before the request goes on its way.
        let start = Relay.now + 2 * way.delay
        let unlimited = Relay.Way(delay: way.delay, rate: 0, window: 64 << 10)
        request = try RelayDirection(from: client, to: server, unlimited, calls, notBefore: start)
        response = try RelayDirection(from: server, to: client, way, calls, notBefore: 0)
    }

    /// Whether nothing is left to do.
    var isOver: Bool { request.isBroken || response.isBroken || request.isDone && response.isDone }

    /// Adds what is waited for.
    func prepare(_ entries: inout [pollfd], _ wake: inout UInt64) {
        request.prepare(&entries, &wake)
        response.prepare(&entries, &wake)
    }

    /// Moves what can be moved.
    func step(_ now: UInt64) throws {
        try request.step(now)
        try response.step(now)
    }

    func close() {
        request.close()
        response.close()
        for socket in sockets { Glibc.close(socket) }
    }
}
