import Synchronization
import WherryCore

/// What the hosts of all transfers of the process bear, see ``HostLoad``.
final class HostBudget: Sendable {
    private let most: Int
    private let loads = Mutex<[String: HostLoad]>([:])
    private let began = ContinuousClock.now

    /// - Parameter most: how many connections go to one host at once.
    init(most: Int) { self.most = most }

    /// Asks for leave to send a request, see ``HostLoad/take(isOnly:at:)``.
    ///
    /// - Returns: what is to be done, and, where that is waiting, for how long.
    func take(_ host: String, isOnly: Bool) -> (turn: HostLoad.Turn, wait: Duration) {
        change(host) { load, now in
            let turn = load.take(isOnly: isOnly, at: now)
            guard case .wait(let time) = turn else { return (turn, .zero) }
            return (turn, time - now)
        }
    }

    /// Ends what ``take(_:isOnly:)`` allowed.
    func giveBack(_ host: String) { change(host) { load, _ in load.giveBack() } }

    /// A host has no time for a request.
    func refused(_ host: String, _ failure: Failure, _ settings: TransferSettings) {
        change(host) { load, now in
            load.refused(failure, pause: settings.refusalPause, longestWait: settings.longestWait, at: now)
        }
    }

    /// A host has time, whatever it says.
    func answered(_ host: String) { change(host) { load, _ in load.answered() } }

    private func change<Value>(_ host: String, _ body: (inout HostLoad, Duration) -> Value) -> Value {
        loads.withLock { loads in
            var load = loads[host] ?? HostLoad(most: most)
            defer { loads[host] = load.isPlain ? nil : load }
            return body(&load, ContinuousClock.now - began)
        }
    }
}
