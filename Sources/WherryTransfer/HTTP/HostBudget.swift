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
    ///
    /// - Parameter status: of the answer; nil when none came.
    func giveBack(_ host: String, status: Int?) {
        change(host) { load, _ in load.giveBack(wasAnswered: status.map(Self.hasTime) ?? false) }
    }

    /// Keeps in mind what an answer says of its host.
    func note(_ head: ResponseHead, of host: String, _ settings: TransferSettings) {
        change(host) { load, now in
            if Self.hasTime(head.status) { load.answered() }
            guard head.status == 429 || head.status == 503 else { return }
            load.refused(
                ResponseVerdict.busy(head),
                pause: settings.refusalPause,
                longestWait: settings.longestWait,
                at: now
            )
        }
    }

    /// Whether a status says that the host has time: who refuses a URL has it for the next.
    private static func hasTime(_ status: Int) -> Bool { status < 500 && status != 429 }

    private func change<Value>(_ host: String, _ body: (inout HostLoad, Duration) -> Value) -> Value {
        loads.withLock { loads in
            var load = loads[host] ?? HostLoad(most: most)
            defer { loads[host] = load.isPlain ? nil : load }
            return body(&load, ContinuousClock.now - began)
        }
    }
}
