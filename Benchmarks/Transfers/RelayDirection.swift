import Foundation

/// One direction of a relayed connection.
struct RelayDirection {
    /// Delivered bytes, and when the sender would know.
    private struct Receipt {
        let at: UInt64
        let count: Int
    }

    private let from: Int32
    private let to: Int32
    private let way: Relay.Way
    private let notBefore: UInt64
    private var queue: RelayQueue
    private var receipts: ArraySlice<Receipt> = []
    private var inFlight = 0
    /// When the next bytes may be delivered, for the rate.
    private var nextTurn: UInt64 = 0
    private var isFull = false
    private var isBlocked = false
    private var hasEnded = false

    private(set) var isDone = false
    private(set) var isBroken = false

    /// - Parameter notBefore: when the first bytes can set out.
    init(from: Int32, to: Int32, _ way: Relay.Way, _ calls: LinuxCalls, notBefore: UInt64) throws {
        (self.from, self.to, self.way, self.notBefore) = (from, to, way, notBefore)
        // Pages that are not full take as much of a pipe as full ones.
        queue = try RelayQueue(calls, most: way.window < 1 << 20 ? 1 : 1 + way.window >> 20)
    }

    func close() { queue.close() }

    /// Adds what is waited for: a socket, or a time.
    func prepare(_ entries: inout [pollfd], _ wake: inout UInt64) {
        guard !isDone else { return }
        if canTake { entries.append(pollfd(fd: from, events: Int16(POLLIN), revents: 0)) }
        if isBlocked {
            entries.append(pollfd(fd: to, events: Int16(POLLOUT), revents: 0))
        } else if let next = queue.next {
            wake = min(wake, max(next, nextTurn))
        }
        if let receipt = receipts.first { wake = min(wake, receipt.at) }
    }

    /// Moves what can be moved.
    mutating func step(_ now: UInt64) throws {
        while let receipt = receipts.first, receipt.at <= now {
            inFlight -= receipt.count
            receipts.removeFirst()
        }
        deliver(now)
        try take(now)
        deliver(now)
        guard hasEnded, queue.next == nil, !isDone else { return }
        shutdown(to, Int32(SHUT_WR))
        isDone = true
    }

    private var canTake: Bool { !hasEnded && !isFull && inFlight < way.window }

    /// Takes what the sender has, as far as the window allows.
    private mutating func take(_ now: UInt64) throws {
        while canTake, !isBroken {
            let arrival = max(now, notBefore) + way.delay
            switch try queue.take(way.window - inFlight, from: from, at: arrival) {
            case .moved(let count): inFlight += count
            case .waits: return
            case .full: isFull = true
            case .ended: hasEnded = true
            case .failed: isBroken = true
            }
        }
    }

    /// Hands bytes to the receiver whose time has come.
    private mutating func deliver(_ now: UInt64) {
        isBlocked = false
        while let next = queue.next, next <= now, nextTurn <= now, !isBroken {
            let most = way.rate > 0 ? max(way.rate / 500, 16 << 10) : Int.max
            switch queue.deliver(most, to: to) {
            case .moved(let count):
                isFull = false
                if way.rate > 0 {
                    // A delay of ours of up to 4 ms is made up for, a pause of the receiver's is not.
                    let start = max(nextTurn, now > 4_000_000 ? now - 4_000_000 : 0)
                    nextTurn = start + UInt64(count) * 1_000_000_000 / UInt64(way.rate)
                }
                receipts.append(Receipt(at: now + way.delay, count: count))
            case .waits:
                isBlocked = true
                return
            case .full, .ended, .failed: isBroken = true
            }
        }
    }
}
