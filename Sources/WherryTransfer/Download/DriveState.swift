import Synchronization
import WherryPluginKit

/// What the driver of one transfer keeps between actions.
struct DriveState {
    /// The verdict on the whole, once it is there.
    final class FetchedBox: Sendable {
        private let file = Mutex<FetchedFile?>(nil)

        var value: FetchedFile? {
            get { file.withLock { $0 } }
            set { file.withLock { $0 = newValue } }
        }
    }

    var machine: TransferMachine
    let book: URLBook
    let fetched = FetchedBox()
    var controls: [ExchangeID: ExchangeControl] = [:]
    /// What the observer was told of.
    var received: Int64
    private let began = ContinuousClock.now

    init(_ machine: TransferMachine, book: URLBook, received: Int64) {
        (self.machine, self.book, self.received) = (machine, book, received)
    }

    /// The moment that the machine means by a time.
    func instant(of time: Duration) -> ContinuousClock.Instant { began + time }

    /// The machine's answer to an event that happened now.
    mutating func handle(_ event: TransferMachine.Event) -> [TransferMachine.Action] {
        let actions = machine.handle(event, at: ContinuousClock.now - began)
        if let id = event.lastOfExchange, machine.exchanges[id] == nil { controls[id] = nil }
        return actions
    }
}
