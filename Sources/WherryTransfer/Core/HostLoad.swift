import WherryCore

/// How much one host bears, over all transfers: so many connections at once, and after it said that it has no time, one
/// request after a pause.
///
/// Pure. A refusal beside answers that are being given tells how many it takes; one more is tried every two seconds.
struct HostLoad: Sendable {
    /// What becomes of a request.
    enum Turn: Sendable {
        /// It may be sent.
        case go
        /// Its file has other connections, and is to do with those.
        case full
        /// It has to wait until then, and ask again.
        case wait(until: Duration)
        /// The host has refused so many, or for so long a time, that this is its answer.
        case closed(Failure)
    }

    /// So many refusals in a row, over all files, are taken for an answer to those that wait.
    static let mostRefusals = 15
    /// How long it keeps to the number of connections that it was told.
    private static let raisePause: Duration = .seconds(2)
    /// How often one that waits for another's end looks.
    private static let glance: Duration = .milliseconds(100)

    private let most: Int
    private var limit: Int
    private(set) var active = 0
    private var raiseAt: Duration = .zero
    private var refusals = 0
    private var pause: Duration = .zero
    private var notBefore: Duration = .zero
    private var isClosed = false
    private var last: Failure?

    /// - Parameter most: how many connections at once, beyond which no file gets a second one.
    init(most: Int) { (self.most, limit) = (most, most) }

    /// Whether nothing is known of it that another would not have.
    var isPlain: Bool { active == 0 && refusals == 0 && limit == most }

    /// Asks for leave to send a request.
    ///
    /// - Parameter isOnly: whether its file has no other connection.
    mutating func take(isOnly: Bool, at now: Duration) -> Turn {
        if refusals > 0, now < notBefore {
            guard isOnly else { return .full }
            if let last, isClosed || refusals >= Self.mostRefusals { return .closed(last) }
            return .wait(until: notBefore)
        }
        // Nobody is kept from a first connection by a number that the host never named.
        if active >= limit, !isOnly || limit < most {
            guard limit < most, now >= raiseAt else { return isOnly ? .wait(until: now + Self.glance) : .full }
            limit += 1
            raiseAt = now + Self.raisePause
        }
        // One finds out whether it is still so.
        if refusals > 0 { notBefore = now + pause }
        active += 1
        return .go
    }

    /// A request is over.
    mutating func giveBack() { active -= 1 }

    /// The host refused one that is under way.
    ///
    /// - Parameters:
    ///   - pause: how long to wait at least.
    ///   - longestWait: who is told to wait for longer is not kept waiting.
    mutating func refused(_ failure: Failure, pause: Duration, longestWait: Duration, at now: Duration) {
        let wait = failure.retryAfter ?? .zero
        refusals += 1
        (last, self.pause, isClosed) = (failure, pause, wait > longestWait)
        notBefore = max(notBefore, now + max(pause, wait))
        guard active > 1 else { return }
        limit = max(1, min(limit, active - 1))
        raiseAt = now + Self.raisePause
    }

    /// The host has time again.
    mutating func answered() {
        (refusals, notBefore, isClosed, last) = (0, .zero, false, nil)
    }
}
