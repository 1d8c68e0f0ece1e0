/// The requests under one limit: a ``TokenBucket`` says when bytes may pass, a ``FairShare`` whose.
///
/// Pure; ``BandwidthLimiter`` does the waiting.
package struct BandwidthQueue: Sendable {
    /// What came of serving.
    package struct Progress: Sendable, Hashable {
        /// The requests that now have all their bytes.
        package var done: [FairShare.Ticket] = []
        /// How long until the next portion can be served; nil when no request is left.
        package var wait: Duration?
    }

    private var bucket = TokenBucket()
    private var share = FairShare()

    /// Nobody waits.
    package init() {}

    /// How many flows there are.
    package var flowCount: Int { share.flowCount }
    /// How many requests wait.
    package var requestCount: Int { share.requestCount }

    /// A new flow.
    package mutating func join() -> FairShare.FlowID { share.join() }

    /// Ends a flow with all its requests.
    package mutating func leave(_ flow: FairShare.FlowID) { share.leave(flow) }

    /// One more request, 1 byte or more.
    package mutating func ask(_ bytes: Int, for flow: FairShare.FlowID) -> FairShare.Ticket {
        share.ask(bytes, for: flow)
    }

    /// Gives out the bytes that may pass at `now`, since some start; all of them when there is no rate.
    package mutating func serve(at now: Duration, rate: ByteRate?) -> Progress {
        var progress = Progress()
        share.lag = rate.map { TokenBucket.burst(of: $0) } ?? 0
        let quantum = rate.map { Self.quantum(of: $0) } ?? .max
        while let portion = share.next(quantum: quantum) {
            if let rate {
                let wait = bucket.delay(of: portion.bytes, at: now, rate: rate)
                guard wait == .zero else {
                    progress.wait = wait
                    break
                }
                _ = bucket.take(portion.bytes, at: now, rate: rate)
            }
            if share.serve(portion) { progress.done.append(portion.ticket) }
        }
        return progress
    }

    /// Whether a request still waits.
    package func isWaiting(_ ticket: FairShare.Ticket) -> Bool { share.isWaiting(ticket) }

    /// Takes a request back, and the bytes it had so far; false when it does not wait.
    package mutating func withdraw(_ ticket: FairShare.Ticket) -> Bool {
        guard let served = share.withdraw(ticket) else { return false }
        bucket.putBack(served)
        return true
    }

    /// The most a flow gets before it is another's turn: 10 ms worth, from 1 KiB to 64 KiB, so always within a burst.
    package static func quantum(of rate: ByteRate) -> Int {
        Int(min(max(rate.bytes(in: .milliseconds(10)), 1_024), 65_536))
    }
}
