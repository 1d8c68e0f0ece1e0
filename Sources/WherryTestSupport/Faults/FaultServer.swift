import Foundation
import Synchronization

/// An HTTP/1.1 server with faults, on two free ports of 127.0.0.1: a thread for each connection.
///
/// The second port is for redirects to another host; it answers honestly. `GET /renew` on either
/// port answers with a new link, as text, for clients that are other processes.
package final class FaultServer: Sendable {
    /// How it treats its clients.
    package let behavior: FaultBehavior
    /// What it serves.
    package let object: FaultObject
    /// The network it imitates.
    package let settings: FaultSettings
    /// The port of the links.
    package let port: UInt16
    /// The port of the other host.
    package let otherPort: UInt16

    let sockets = FaultSockets()
    let links = FaultLinks()
    let log = FaultRecords()
    let ledger = FaultLedger()
    let total: FaultPacer
    private let listeners: [FaultSocket]
    private let clock: Mutex<Duration>

    /// Opens the ports; nobody is answered before ``start()``.
    ///
    /// - Throws: ``FaultServerError`` when a port cannot be had.
    package init(_ behavior: FaultBehavior, object: FaultObject, settings: FaultSettings = FaultSettings()) throws {
        let first = try FaultSocket.listening()
        let second: (socket: FaultSocket, port: UInt16)
        do {
            second = try FaultSocket.listening()
        } catch {
            first.socket.end(reset: false)
            throw error
        }
        self.behavior = behavior
        self.object = object
        self.settings = settings
        port = first.port
        otherPort = second.port
        listeners = [first.socket, second.socket]
        total = FaultPacer(rate: settings.totalRate)
        clock = Mutex(settings.clockOffset + behavior.clockOffset)
    }

    /// How far the `Date` header is from the machine's clock; may be set at any time.
    package var clockOffset: Duration {
        get { clock.withLock { $0 } }
        set { clock.withLock { $0 = newValue } }
    }

    /// Every request so far, in the order of arrival.
    package var records: [FaultRecord] { log.all }

    /// The threads that run, those which accept included.
    package var threadCount: Int { sockets.threadCount }

    /// The sockets that are open, listening ones included.
    package var socketCount: Int { sockets.openCount }

    /// Where `GET` answers with a new link.
    package var renewalAddress: String { "http://127.0.0.1:\(port)/renew" }

    /// A new link to the object, valid for this time and this number of requests; nil is without limit.
    package func issue(life: Duration? = nil, requests: Int? = nil) -> String {
        let token = links.issue(life: life ?? settings.linkLife, requests: requests) { generation in
            behavior.allowance(generation, object.size)
        }
        return "http://127.0.0.1:\(port)/depot/object.bin?sign=\(token)"
    }

    /// Begins to accept; to be called once.
    package func start() {
        for (index, listener) in listeners.enumerated() {
            run(listener, isConnection: false) { [self] _ in
                while let socket = listener.accepted(sendBuffer: settings.sendBuffer) {
                    run(socket, isConnection: true) { [self] number in
                        FaultConnection(server: self, socket: socket, number: number, isOtherHost: index == 1).serve()
                    }
                }
                sockets.end(listener)
            }
        }
    }

    /// Ends every connection and both ports, and returns when no thread is left; to be called once, after
    /// ``start()``.
    package func stop() async {
        await sockets.stop()
    }

    private func run(_ socket: FaultSocket, isConnection: Bool, _ work: @escaping @Sendable (Int) -> Void) {
        guard let number = sockets.enter(socket, isConnection: isConnection) else {
            socket.end(reset: false)
            return
        }
        let thread = Thread { [sockets] in
            work(number)
            sockets.leave()
        }
        thread.stackSize = 512 << 10
        thread.start()
    }
}
